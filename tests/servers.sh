# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # names are shared through tests/run
# The database servers of a run: a private one for all tests, and further ones for those of the contract.
# Sourced by tests/run.

test_database="" further_database=""

# new_server_folder: not in the repository, since a server that root starts runs as a user who may not be able to enter it.
new_server_folder() { mktemp -d /var/tmp/weight-sync-test.XXXXXX; }

start_test_database() {
    local url started=$SECONDS
    test_database=$(new_server_folder)
    if url=$(test_database_start "$test_database"); then
        export WEIGHT_SYNC_TEST_DATABASE_URL=$url
        record "test database" pass "$((SECONDS - started))"
    else
        failed=yes
        record "test database" FAIL "$((SECONDS - started))"
        return 1
    fi
}

stop_test_database() {
    [ -n "$test_database" ] || return 0
    database_stop "$test_database" || true
    remove_server_folder "$test_database"
    test_database=""
}

remove_server_folder() { rm -rf -- "$(readlink -f "$1/run")" "$1"; }

# try_on_further NAME COMMAND...: a check of its own, in a subshell, which stops its server however it ends.
try_on_further() {
    local name=$1 url
    shift
    if [[ $name == mysql://* ]]; then
        WEIGHT_SYNC_TEST_DATABASE_URL=$name "$@"
        return
    fi
    trap stop_further_database EXIT
    further_database=$(new_server_folder)
    if ! url=$(further_start "$name" "$further_database"); then
        warn "$name cannot be had"
        # Debian's unstable release may be in pieces for days; nothing here has changed then.
        [ "${CI:-}" != true ] || return "$CANNOT_BE_HAD"
        return 1
    fi
    # Tests that need a server with settings of their own take this program too.
    if [ "$name" = mysql-9 ]; then
        WEIGHT_SYNC_TEST_MYSQLD=$(further_cache)/mysql-9/usr/sbin/mysqld
        export WEIGHT_SYNC_TEST_MYSQLD
    fi
    WEIGHT_SYNC_TEST_DATABASE_URL=$url "$@"
}

stop_further_database() {
    [ -n "$further_database" ] || return 0
    further_stop "$further_database" || true
    remove_server_folder "$further_database"
    further_database=""
}

# further_label NAME: a URL holds a password.
further_label() {
    case $1 in
    mysql://*) printf 'tests, named server' ;;
    *) printf 'tests, %s' "$1" ;;
    esac
}

# begin_further: the build service has time for the contract only.
begin_further() {
    local name suites=(api)
    [ "${CI:-}" = true ] || suites+=(sync)
    for name in "${databases[@]}"; do
        begin "$(further_label "$name")" try_on_further "$name" run_tests "${suites[@]}"
    done
}
