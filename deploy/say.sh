# shellcheck shell=bash
# Messages for the person at the terminal, and the exit codes. Messages go to stderr and results to stdout, so that
# results can be piped.

say() { printf '%s\n' "$*" >&2; }

step() { printf '==> %s\n' "$*" >&2; }

warn() { printf 'warning: %s\n' "$*" >&2; }

# Each of these prints its arguments as an error and exits with the code that --help names.
fail() { exit_with 1 "$@"; }
fail_usage() { exit_with 2 "$@"; }
fail_missing() { exit_with 3 "$@"; }
fail_port() { exit_with 4 "$@"; }

exit_with() {
    local code=$1
    shift
    printf 'error: %s\n' "$*" >&2
    exit "$code"
}

# need_value OPTION [VALUE...]: fails where an option came without its value.
need_value() {
    [ -n "${2:-}" ] || fail_usage "$1 needs a value (see --help)"
}

# run_quietly LOG COMMAND...: shows the output only when the command fails.
run_quietly() {
    local log=$1
    shift
    if ! "$@" >"$log" 2>&1; then
        # The beginning, since programs print the cause first and general advice after it.
        head -n 40 -- "$log" >&2
        return 1
    fi
}
