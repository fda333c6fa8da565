# shellcheck shell=bash
# shellcheck disable=SC2154  # names are shared through tests/run
# Checks, one after another or beside each other, and what became of each. Sourced by tests/run.

# A check ends by this code when what it needs cannot be had and nothing here is to blame; it has said why.
readonly CANNOT_BE_HAD=77

# By this one where something failed and passed when it was tried again. $TMPDIR/unsteady names it.
readonly UNSTEADY=78

# So many at once: hardly a check works all the time, most wait for a disk, a process or a clock. The build service has
# time, and a crowd on few cores only finds what is slow.
room=$(($(nproc) + 2))
[ "${CI:-}" != true ] || room=$(nproc)

names=() results=() seconds=() outputs=() begun=()
# The number of a check by the process that runs it.
declare -A running=()
failed=""

record() {
    names+=("$1")
    results+=("$2")
    seconds+=("$3")
}

# check NAME COMMAND...: runs it before everybody's eyes, remembers how it went, goes on either way.
check() {
    local name=$1 started=$SECONDS code
    shift
    step "$name"
    # The subshell keeps a "fail" inside from ending the whole run; set -e would have no effect inside an "if".
    set +e
    (
        set -e
        "$@"
    )
    code=$?
    set -e
    record "$name" "$(result_of "$code")" "$((SECONDS - started))"
    [ "${results[-1]}" != FAIL ] || failed=yes
}

# begin NAME COMMAND...: runs it beside the others as soon as there is room. What it says is shown when it has ended.
begin() {
    local name=$1 number
    shift
    while [ "${#running[@]}" -ge "$room" ]; do finish_one; done
    number=${#names[@]}
    record "$name" "not done" 0
    outputs[number]=$TMPDIR/output.$number
    begun[number]=$SECONDS
    step "$name begins"
    # In a process group of its own, by which all of it can be ended.
    set -m
    (
        set -e
        "$@"
    ) >"${outputs[number]}" 2>&1 </dev/null &
    set +m
    running[$!]=$number
}

# Waits for any of those that run.
finish_one() {
    local pid
    while true; do
        for pid in "${!running[@]}"; do
            if ! is_ours "$pid"; then
                finish "$pid"
                return
            fi
        done
        sleep 0.2
    done
}

# Some systems give a number to another process soon.
is_ours() { [ "$(awk '/^PPid:/ { print $2 }' "/proc/$1/status" 2>/dev/null)" = "$$" ]; }

finish() {
    local number=${running[$1]} code=0
    wait "$1" || code=$?
    unset "running[$1]"
    results[number]=$(result_of "$code")
    seconds[number]=$((SECONDS - begun[number]))
    [ "${results[number]}" != FAIL ] || failed=yes
    step "${names[number]}: ${results[number]} after ${seconds[number]} s; it said:"
    cat -- "${outputs[number]}"
}

result_of() {
    case $1 in
    0) printf 'pass' ;;
    "$CANNOT_BE_HAD") printf 'left out (cannot be had)' ;;
    "$UNSTEADY") printf 'pass, UNSTEADY' ;;
    *) printf 'FAIL' ;;
    esac
}

# await NAME: until it has ended; the code tells whether it went well.
await() {
    local number
    for number in "${!names[@]}"; do
        if [ "${names[number]}" = "$1" ]; then
            while [ "${results[number]}" = "not done" ]; do finish_one; done
            [[ ${results[number]} == pass* ]]
            return
        fi
    done
    return 1
}

await_all() {
    while [ "${#running[@]}" -gt 0 ]; do finish_one; done
}

# twice NAME COMMAND...: in the build service, what failed once more. Nobody can look at its machine afterwards, and a
# test that lost a race with itself says nothing of the change. It is named all the same, as unsteady.
twice() {
    local name=$1
    shift
    "$@" && return
    [ "${CI:-}" = true ] || return 1
    printf '     Once more, since something failed\n'
    "$@" || return 1
    printf '%s\n' "$name" >>"$TMPDIR/unsteady"
    return "$UNSTEADY"
}

# tool_is_there NAME TOOL HINT: else the check is left out, and named.
tool_is_there() {
    $2 --version >/dev/null 2>&1 && return 0
    warn "$1 cannot run: $2 is missing. $3"
    leave_out "$1" "no $2"
    return 1
}

# leave_out NAME WHY: the build service has everything, or something is wrong.
leave_out() {
    if [ "${CI:-}" = true ]; then
        failed=yes
        record "$1" "FAIL ($2)" 0
    else
        record "$1" "left out ($2)" 0
    fi
}

# For a run that is broken off.
end_checks() {
    local pid
    for pid in "${!running[@]}"; do kill -TERM -- "-$pid" 2>/dev/null || true; done
    for pid in "${!running[@]}"; do
        wait_for 20 group_gone "$pid" || kill -KILL -- "-$pid" 2>/dev/null || true
    done
}

group_gone() { ! kill -0 -- "-$1" 2>/dev/null; }

# end_leftovers FOLDER: servers that a test could not end any more have left its process group, and name its folder.
end_leftovers() {
    local entry
    for entry in /proc/[1-9]*; do
        # Gone meanwhile, or somebody else's.
        grep -aqsF -- "$1/" "$entry/cmdline" || continue
        warn "ending what a test left running: $(tr '\0' ' ' <"$entry/cmdline" 2>/dev/null | cut -c 1-120)"
        end_process "${entry#/proc/}" 10 || true
    done
}

# What failed beside others has scrolled away: its end once more.
print_failures() {
    local number
    for number in "${!outputs[@]}"; do
        [ "${results[number]}" = FAIL ] || continue
        printf '\n==> the end of what "%s" said:\n' "${names[number]}"
        tail -n 60 -- "${outputs[number]}"
    done
}

print_summary() {
    local number
    printf '\n%-24s %8s  %s\n' check seconds result
    for number in "${!names[@]}"; do
        printf '%-24s %8s  %s\n' "${names[number]}" "${seconds[number]}" "${results[number]}"
    done
    [ ! -s "$TMPDIR/unsteady" ] || sed 's/^/failed once, then passed: /' "$TMPDIR/unsteady"
    if [ -n "$failed" ]; then
        printf 'FAILED\n'
    else
        printf 'all passed in %s s\n' "$SECONDS"
    fi
}
