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
    local name program said code=0 again
    for name in "$@"; do
        program=$(grep -E "/$name-[0-9a-f]+\$" "$test_programs")
        printf '     Running %s (%s)\n' "$name" "$program"
        said=$(mktemp "$TMPDIR/said.XXXXXX")
        if ! "$program" | tee "$said"; then
            again=0
            try_again "$name" "$program" "$said" || again=$?
            # A failure outweighs what was only unsteady.
            [ "$code" -eq 1 ] || code=$again
        fi
    done
    return "$code"
}

# try_again NAME PROGRAM OUTPUT: as twice, but only what failed, one test after the other.
try_again() {
    local failures
    [ "${CI:-}" = true ] || return 1
    [[ $TRIED_ONCE != *" $1 "* ]] || return 1
    mapfile -t failures < <(sed -n 's/^test \(.*\) \.\.\. FAILED$/\1/p' "$3")
    # None, where the program ended in the middle; many are no accident.
    [ "${#failures[@]}" -ge 1 ] && [ "${#failures[@]}" -le "$UNSTEADY_AT_MOST" ] || return 1
    printf '     Running once more what failed\n'
    "$2" --exact --test-threads 1 "${failures[@]}" || return 1
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
