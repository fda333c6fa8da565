# shellcheck shell=bash
# Runs checks, one after another (check) or side by side (begin), and keeps their results. Takes $TMPDIR, the run's folder.

load say processes

# A check exits with this code when something from outside the repository is unavailable; it has said what.
readonly UNAVAILABLE=77

# So many side by side: most checks wait for a disk, a process or a clock.
room=$(($(nproc) + 2))

# By the number of a check. While it runs, "seconds" holds when it began.
names=() results=() seconds=()
# The number of a check by the process that runs it.
declare -gA running=()

# record NAME RESULT SECONDS
record() {
    names+=("$1")
    results+=("$2")
    seconds+=("$3")
}

# check NAME COMMAND...: shows the output as it comes; returns 0 whatever the result.
check() {
    local name=$1 started=$SECONDS code
    shift
    step "$name"
    # In a subshell, so that a "fail" does not end the run. Inside an "if" set -e would have no effect.
    set +e
    (
        set -e
        "$@"
    )
    code=$?
    set -e
    record "$name" "$(result_of "$code")" "$((SECONDS - started))"
}

# begin NAME COMMAND...: runs it beside others as soon as there is room; shows the output when it has ended.
begin() {
    local name=$1 number=${#names[@]}
    shift
    while [ "${#running[@]}" -ge "$room" ]; do finish_one; done
    record "$name" running "$SECONDS"
    step "$name begins"
    # In a process group of its own, so that end_checks can end all of it.
    set -m
    (
        set +e
        (
            set -e
            "$@"
        )
        code=$?
        # The run itself may notice the end much later.
        printf '%s' "$SECONDS" >"$(file_of end "$number")"
        exit "$code"
    ) >"$(file_of output "$number")" 2>&1 </dev/null &
    set +m
    running[$!]=$number
}

# file_of output|end NUMBER
file_of() { printf '%s/%s.%s' "$TMPDIR" "$1" "$2"; }

# Waits for any running check.
finish_one() {
    local pid number code=0
    wait -n -p pid "${!running[@]}" || code=$?
    number=${running[$pid]}
    unset "running[$pid]"
    results[number]=$(result_of "$code")
    seconds[number]=$(($(cat -- "$(file_of end "$number")" 2>/dev/null || printf '%s' "$SECONDS") - seconds[number]))
    step "${names[number]}: ${results[number]} after ${seconds[number]} s; its output:"
    cat -- "$(file_of output "$number")"
}

result_of() {
    case $1 in
    0) printf 'pass' ;;
    "$UNAVAILABLE") printf 'left out (unavailable)' ;;
    *) printf 'FAIL' ;;
    esac
}

# await NAME: until that check has ended; succeeds where it passed.
await() {
    local number
    for number in "${!names[@]}"; do
        if [ "${names[number]}" = "$1" ]; then
            while [ "${results[number]}" = running ]; do finish_one; done
            [ "${results[number]}" = pass ]
            return
        fi
    done
    return 1
}

await_all() {
    while [ "${#running[@]}" -gt 0 ]; do finish_one; done
}

# leave_out NAME WHY: a failure in the build service, where nothing may be missing.
leave_out() {
    if [ "${CI:-}" = true ]; then
        record "$1" "FAIL ($2)" 0
    else
        record "$1" "left out ($2)" 0
    fi
}

# Ends the checks of a run that is broken off.
end_checks() {
    local pid
    for pid in "${!running[@]}"; do kill -TERM -- "-$pid" 2>/dev/null || true; done
    for pid in "${!running[@]}"; do
        wait_for 20 group_gone "$pid" || kill -KILL -- "-$pid" 2>/dev/null || true
    done
}

group_gone() { ! kill -0 -- "-$1" 2>/dev/null; }

# end_leftovers FOLDER: ends the servers that a test left running. They have left its process group, but name its folder.
end_leftovers() {
    local entry
    for entry in /proc/[1-9]*; do
        grep -aqsF -- "$1/" "$entry/cmdline" || continue
        warn "ending what a test left running: $(tr '\0' ' ' <"$entry/cmdline" 2>/dev/null | cut -c 1-120)"
        end_process "${entry#/proc/}" 10 || true
    done
}

all_passed() { [[ " ${results[*]} " != *" FAIL"* ]]; }

# The output of checks that ran side by side has scrolled away: repeats the end of those that failed.
print_summary() {
    local number
    for number in "${!names[@]}"; do
        [[ ${results[number]} == FAIL && -f $(file_of output "$number") ]] || continue
        printf '\n==> the end of the output of "%s":\n' "${names[number]}"
        tail -n 60 -- "$(file_of output "$number")"
    done
    printf '\n%-24s %8s  %s\n' check seconds result
    for number in "${!names[@]}"; do
        printf '%-24s %8s  %s\n' "${names[number]}" "${seconds[number]}" "${results[number]}"
    done
    [ ! -f "$TMPDIR/remarks" ] || cat -- "$TMPDIR/remarks"
    if all_passed; then printf 'all passed in %s s\n' "$SECONDS"; else printf 'FAILED\n'; fi
}
