# shellcheck shell=bash
# What the deploy scripts tell the person at the terminal, and how they end.
# Everything goes to stderr except results, so that results can be piped.

# shellcheck disable=SC2034  # read by the files that source this one
readonly EXIT_FAILED=1 EXIT_USAGE=2 EXIT_MISSING=3 EXIT_PORT=4

say() { printf '%s\n' "$*" >&2; }

step() { printf '==> %s\n' "$*" >&2; }

warn() { printf 'warning: %s\n' "$*" >&2; }

# fail CODE MESSAGE...
fail() {
    local code=$1
    shift
    printf 'error: %s\n' "$*" >&2
    exit "$code"
}

# For `--port=8080` as well as `--port 8080`.
need_value() {
    [ -n "${2:-}" ] || fail "$EXIT_USAGE" "$1 needs a value (see --help)"
}

# What builds and judges programs for a host is a Linux.
need_linux() {
    [ "$(uname -s)" = Linux ] ||
        fail "$EXIT_MISSING" "$1 runs on Linux only, and this is $(uname -s): run it in a container or a virtual machine with Debian or Ubuntu. rollback, releases, status, logs and cron work here"
}

# run_quietly LOG COMMAND...: the output is only of interest when the command failed.
run_quietly() {
    local log=$1
    shift
    if ! "$@" >"$log" 2>&1; then
        # The cause comes first, general advice after it.
        head -n 40 -- "$log" >&2
        return 1
    fi
}

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.1
    done
}

json_text() {
    local text=$1
    text=${text//\\/\\\\}
    text=${text//\"/\\\"}
    printf '"%s"' "$text"
}
