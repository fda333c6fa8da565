# shellcheck shell=bash
# The database servers of a run: the one that all tests share, and further ones for the tests of the contract.

load say processes database

# Servers with settings of their own test durability; these need not write each commit to the disk. The time to log in
# is longer than the default of 10 s, since a busy machine can stall for so long.
readonly TEST_SERVER_OPTIONS=(--max-connections=500 --innodb-buffer-pool-size=256M --innodb-flush-log-at-trx-commit=2
    --connect-timeout=120)

# The folder of the shared server, while it runs.
shared_server=""

# Not in the repository, which the user that root's servers run as may be unable to enter.
new_server_folder() { mktemp -d /var/tmp/weight-sync-test.XXXXXX; }

# Starts the shared server and exports its URL to the tests.
start_shared_server() {
    local started=$SECONDS
    shared_server=$(new_server_folder)
    if WEIGHT_SYNC_TEST_DATABASE_URL=$(start_server mariadb "$shared_server"); then
        export WEIGHT_SYNC_TEST_DATABASE_URL
        record "test database" pass "$((SECONDS - started))"
    else
        record "test database" FAIL "$((SECONDS - started))"
        return 1
    fi
}

stop_shared_server() {
    [ -z "$shared_server" ] || stop_server "$shared_server"
    shared_server=""
}

# start_server NAME FOLDER: mariadb (the distribution's), mysql-9 or mariadb-11; prints its administrator's URL.
start_server() {
    local name=$1 folder=$2 port password root program start=database_start options=()
    password=$(random_password)
    administrator_sql "$password" | database_prepare "$folder"
    case $name in
    mariadb)
        program=/usr/sbin/mariadbd
        database_create "$folder"
        ;;
    mariadb-11)
        # With its own defaults: strict, and four-byte characters.
        root=$(unpacked_server "$name") || return 1
        program=$root/usr/sbin/mariadbd start=server_start
        database_create "$folder" "$root/usr/bin/mariadb-install-db" --basedir="$root/usr"
        ;;
    mysql-9)
        # Set up as DreamHost's MySQL 8.0 is.
        root=$(unpacked_server "$name") || return 1
        program=$root/usr/sbin/mysqld options=(--mysqlx=OFF --skip-log-bin)
        run_quietly "$folder/install.log" as_instance "$program" --no-defaults --initialize-insecure \
            --datadir="$folder/data" --tmpdir="$folder/tmp" || return 1
        ;;
    esac
    lock_ports
    port=$(choose_port "test database" "" 13400)
    "$start" "$program" "$folder" "$port" "${TEST_SERVER_OPTIONS[@]}" "${options[@]}"
    unlock_ports
    printf 'mysql://root:%s@127.0.0.1:%s' "$password" "$port"
}

stop_server() {
    database_stop "$1" || true
    rm -rf -- "$(readlink -f "$1/run")" "$1"
}

# run_against SERVER COMMAND...: with WEIGHT_SYNC_TEST_DATABASE_URL naming that server: mysql-9, mariadb-11, a cluster or a
# URL. For a subshell: stops the server at its end.
run_against() {
    local name=$1
    shift
    if [[ $name == mysql://* ]]; then
        export WEIGHT_SYNC_TEST_DATABASE_URL=$name
    elif is_cluster "$name"; then
        WEIGHT_SYNC_TEST_CLUSTER=$(new_server_folder)
        trap 'stop_cluster "$WEIGHT_SYNC_TEST_CLUSTER"' EXIT
        start_cluster "$name" "$WEIGHT_SYNC_TEST_CLUSTER"
        WEIGHT_SYNC_TEST_DATABASE_URL=$(cat "$WEIGHT_SYNC_TEST_CLUSTER/1/url")
        export WEIGHT_SYNC_TEST_CLUSTER WEIGHT_SYNC_TEST_DATABASE_URL
    else
        further_server=$(new_server_folder)
        trap 'stop_server "$further_server"' EXIT
        if ! WEIGHT_SYNC_TEST_DATABASE_URL=$(start_server "$name" "$further_server"); then
            warn "$name is unavailable"
            # Debian's unstable release can be broken for days, through no fault of this repository.
            [ "${CI:-}" != true ] || return "$UNAVAILABLE"
            return 1
        fi
        export WEIGHT_SYNC_TEST_DATABASE_URL
    fi
    # For the tests that start a server with settings of their own.
    if [[ $name == @(mysql-9|group-replication) ]]; then
        WEIGHT_SYNC_TEST_MYSQLD=$(unpacked_server mysql-9)/usr/sbin/mysqld
        export WEIGHT_SYNC_TEST_MYSQLD
    fi
    "$@"
}

# server_label SERVER: for the summary; a URL holds a password.
server_label() {
    case $1 in
    mysql://*) printf 'tests, named server' ;;
    *) printf 'tests, %s' "$1" ;;
    esac
}
