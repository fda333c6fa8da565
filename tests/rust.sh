# shellcheck shell=bash
# Runs cargo: lints, the build of the test programs, and each program by itself. Takes $TMPDIR, the run's folder.

load say

# The newest compiler whose lints have been dealt with. A newer one, which a distribution may bring, can warn of more:
# that is shown, and does not fail a repository in which nothing has changed. What Cargo.toml denies always fails.
readonly LINTS_KNOWN_UP_TO=1.96

# A test program that takes longer is stuck: the longest needs about a fifth of it.
readonly SECONDS_AT_MOST=1500

check_lints() {
    local have deny=(-- -D warnings)
    have=$(rustc --version | awk '{print $2}')
    if [ "$(printf '%s\n' "$LINTS_KNOWN_UP_TO.999" "$have" | sort -V | tail -n 1)" = "$have" ]; then
        say "Rust $have is newer than $LINTS_KNOWN_UP_TO: its warnings are only shown"
        deny=()
    fi
    cargo clippy --locked --all-targets "${deny[@]}"
}

# Builds the test programs and writes their paths to a file. Started by cargo they would wait for each other's builds.
build_tests() {
    cargo test --locked --no-run --message-format=json-render-diagnostics >"$TMPDIR/build.json"
    # The profile distinguishes test programs from the programs that tests start; a target has a "test" too.
    sed -n '/"profile":{[^}]*"test":true/s/.*"executable":"\([^"]*\)".*/\1/p' "$TMPDIR/build.json" >"$TMPDIR/programs"
    [ -s "$TMPDIR/programs" ]
}

# The names of all test programs: their file's, without the hash that cargo appends.
test_names() { sed 's|.*/||; s|-[0-9a-f]*$||' "$TMPDIR/programs"; }

# run_tests NAME...: all of these test programs, also after one has failed.
run_tests() {
    local name code=0
    for name in "$@"; do
        run_program "$name" "$(grep -E "/$name-[0-9a-f]+\$" "$TMPDIR/programs")" || code=1
    done
    return "$code"
}

# run_cluster_tests: those that need a cluster, one after another. They print what they counted.
run_cluster_tests() {
    local program
    program=$(grep -E "/sync-[0-9a-f]+\$" "$TMPDIR/programs")
    timeout --foreground --kill-after=10 "$((SECONDS_AT_MOST + 2 * ${WEIGHT_SYNC_TEST_LONG:-0}))" \
        "$program" --ignored --test-threads 1 --nocapture cluster
}

# run_program NAME PROGRAM: names at the end of the run what failed or never ended. In the build service failed tests run
# once more, one after another; those that pass then are named as unsteady. Not for sync and model: these find orders of
# events, which a second run does not meet again.
run_program() {
    local output failed code=0
    output=$(mktemp "$TMPDIR/program.XXXXXX")
    printf '     Running %s\n' "$2"
    # Into a file: a server that a test left running would hold a pipe open.
    timeout --foreground --kill-after=10 "$SECONDS_AT_MOST" "$2" >"$output" 2>&1 || code=$?
    cat -- "$output"
    [ "$code" -ne 0 ] || return 0
    if [[ $code == @(124|137) ]]; then
        remark "STUCK, ended after $SECONDS_AT_MOST s" "$1" "$(unfinished_tests "$output")"
        return 1
    fi
    failed=$(test_results "$output" FAILED)
    if [[ ${CI:-} == true && $1 != @(sync|model) && -n $failed ]]; then
        # shellcheck disable=SC2086  # names without blanks
        if "$2" --exact --test-threads 1 $failed; then
            remark "UNSTEADY, failed once and then passed" "$1" "$failed"
            return 0
        fi
    fi
    remark FAILED "$1" "$failed"
    return 1
}

# test_results OUTPUT RESULT: the names of the tests with that result, a line each.
test_results() { sed -n "s/^test \(.*\) \.\.\. $2\$/\1/p" "$1"; }

# The tests that ran for over a minute and have no result.
unfinished_tests() {
    sed -n 's/^test \(.*\) has been running for over 60 seconds$/\1/p' "$1" | grep -vxF "$(test_results "$1" '.*')" || true
}

# remark WHAT PROGRAM TESTS: for the end of the run, a test a line.
remark() {
    local test
    while IFS= read -r test; do
        printf '%s: %s %s\n' "$1" "$2" "$test" | tee -a "$TMPDIR/remarks"
    done <<<"$3"
}
