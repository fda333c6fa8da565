# shellcheck shell=bash
# shellcheck disable=SC2154  # names are shared through tests/run
# cargo: lints, building, and the test programs, each for itself. Sourced by tests/run.

# The newest compiler whose lints were all looked at. A newer one, which a distribution brings by itself, may warn of
# more: that is shown, and does not fail a repository in which nothing has changed. What Cargo.toml denies always fails.
readonly LINTS_KNOWN_UP_TO=1.96

# Each a check of its own; the others are quick and share one.
readonly LONG_TESTS=(deploy end_to_end sync api model)

# What these find once is found: a second try would pass by another order of events.
readonly TRIED_ONCE=" sync model "
# So many failures of one program may be accidents.
readonly UNSTEADY_AT_MOST=3
# Seconds after which a program waits for something that will not come: some five times what the longest takes.
readonly TESTS_AT_MOST=1500
# What timeout ends by then.
readonly TOO_LONG=124

check_lints() {
    local have deny=(-- -D warnings)
    have=$(rustc --version | awk '{print $2}')
    if [ "$(printf '%s\n' "$LINTS_KNOWN_UP_TO.999" "$have" | sort -V | tail -n 1)" = "$have" ]; then
        say "Rust $have is newer than $LINTS_KNOWN_UP_TO: its warnings are shown only"
        deny=()
    fi
    cargo clippy --locked --all-targets "${deny[@]}"
}

# Writes the paths of the test programs to $test_programs: started by cargo, each would wait for whatever it builds.
build_tests() {
    cargo test --locked --no-run --message-format=json-render-diagnostics >"$test_programs.json"
    # A target too says "test"; only the profile tells a program of tests from one that a test starts.
    sed -n '/"profile":{[^}]*"test":true/s/.*"executable":"\([^"]*\)".*/\1/p' "$test_programs.json" >"$test_programs"
    [ -s "$test_programs" ]
}

# The names of all programs: a file's, without the number that cargo adds.
test_names() { sed 's|.*/||; s|-[0-9a-f]*$||' "$test_programs"; }

# run_tests NAME...: all of them, also where one fails.
run_tests() {
    local name program said code=0 once
    for name in "$@"; do
        program=$(grep -E "/$name-[0-9a-f]+\$" "$test_programs")
        said=$(mktemp "$TMPDIR/said.XXXXXX")
        once=0
        # No pipe: a server that a test left running would hold it open.
        run_program "$program" >"$said" 2>&1 || once=$?
        cat -- "$said"
        if [ "$once" -ne 0 ]; then
            try_again "$name" "$program" "$said" "$once" || once=$?
        fi
        # A failure outweighs what was only unsteady.
        [ "$once" -eq 0 ] || [ "$code" -eq 1 ] || code=$once
    done
    return "$code"
}

# run_program PROGRAM ARGUMENTS...: within its time.
run_program() {
    local code=0
    printf '     Running %s\n' "$*"
    timeout --foreground --kill-after=10 "$TESTS_AT_MOST" "$@" || code=$?
    [ "$code" -ne "$TOO_LONG" ] || printf 'ended after %s s: what has no result above still ran\n' "$TESTS_AT_MOST"
    return "$code"
}

# try_again NAME PROGRAM OUTPUT CODE: as twice, but only what failed, one test after the other; all where one did not end.
try_again() {
    local failures
    [ "${CI:-}" = true ] || return 1
    [[ $TRIED_ONCE != *" $1 "* ]] || return 1
    mapfile -t failures < <(sed -n 's/^test \(.*\) \.\.\. FAILED$/\1/p' "$3")
    if [ "$4" -eq "$TOO_LONG" ]; then
        failures=("one that did not end")
        run_program "$2" || return 1
    else
        # None, where the program ended in the middle; many are no accident.
        [ "${#failures[@]}" -ge 1 ] && [ "${#failures[@]}" -le "$UNSTEADY_AT_MOST" ] || return 1
        run_program "$2" --exact --test-threads 1 "${failures[@]}" || return 1
    fi
    printf 'tests, %s\n' "${failures[@]/#/$1: }" >>"$TMPDIR/unsteady"
    return "$UNSTEADY"
}

# begin_test NAME: a check of its own, unless it is left out.
begin_test() { [[ " $left_out " == *" $1 "* ]] || begin "tests, $1" run_tests "$1"; }

# All that begin_test is not called for.
begin_other_tests() {
    local others
    mapfile -t others < <(test_names | grep -vxF "$(printf '%s\n' "${LONG_TESTS[@]}")")
    begin "tests, others" run_tests "${others[@]}"
}

# Sets $left_out.
choose_tests() {
    left_out=""
    if [ -z "$has_binaries" ]; then
        left_out="end_to_end deploy"
    elif [ "$(id -u)" -ne 0 ]; then
        left_out="deploy"
        warn "the tests of deploying cannot run: they need root, for a system user and its Apache with suexec"
        leave_out "tests, deploy" "not root"
    fi
}

# What follows -- on the command line.
run_named_tests() { cargo test --locked --no-fail-fast "$@"; }

# The model test again, for as long as was asked. It prints its count every minute and at the end.
run_long_model() { WEIGHT_SYNC_TEST_MODEL_SECONDS=$long cargo test --locked --test model -- --nocapture; }
