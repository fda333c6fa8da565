# shellcheck shell=bash
# shellcheck disable=SC2034  # names are shared through load.sh
# A private MariaDB: own data, own socket, loopback only, no account without a password over TCP.
# Nothing about durability is relaxed: what is tested here is what a host does.

# The traps of a shared host's server: not strict, three-byte characters by default.
readonly DATABASE_OPTIONS=(--sql-mode=NO_ENGINE_SUBSTITUTION --character-set-server=utf8mb3)
readonly DATABASE_NAME=weight_sync DATABASE_USER=weight_sync

# What a customer of such a host may do: no EVENT, nothing global, no GRANT OPTION.
readonly DATABASE_PRIVILEGES="SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, \
CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, TRIGGER"

random_password() { head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }

# A path over 107 bytes is no socket address; such an instance keeps its sockets elsewhere.
socket_directory() {
    local directory=$1
    if [ "${#directory}" -le 70 ]; then
        mkdir -p "$directory/run"
        printf '%s/run' "$directory"
        return 0
    fi
    if [ ! -d "$(readlink "$directory/run" 2>/dev/null)" ]; then
        rm -f "$directory/run"
        ln -s "$(mktemp -d "/tmp/weight-sync.XXXXXX")" "$directory/run"
        own_by_instance "$(readlink "$directory/run")"
    fi
    readlink "$directory/run"
}

# leave_socket_directory DIRECTORY: once its server is gone nobody would look for what is kept elsewhere.
leave_socket_directory() { [ ! -L "$1/run" ] || rm -rf -- "$(readlink "$1/run")"; }

database_pid() {
    local pid
    own_process "$1/mariadb.pid" mariadbd "$1" && return 0
    pid=$(own_processes mariadbd "$1" | head -n 1)
    [ -n "$pid" ] && printf '%s' "$pid"
}

# database_create DIRECTORY: the system tables, once. Made beside the final name, so that an interrupted
# first run is not taken for a finished one.
database_create() {
    local directory=$1 unfinished
    [ ! -d "$directory/data" ] || return 0
    step "creating the private MariaDB in $directory"
    unfinished=$directory/data.unfinished
    rm -rf -- "$unfinished"
    # The socket method leaves no account that TCP could reach.
    run_quietly "$directory/install.log" as_instance mariadb-install-db --no-defaults --datadir="$unfinished" \
        --auth-root-authentication-method=socket --auth-root-socket-user="$(instance_user)" \
        --skip-test-db --skip-name-resolve --tmpdir="$directory/tmp" ||
        fail "$EXIT_FAILED" "mariadb-install-db failed; see $directory/install.log"
    mv -- "$unfinished" "$directory/data"
}

# database_start DIRECTORY PORT SQLFILE [OPTION...]: the accounts in SQLFILE are made anew at each start.
database_start() {
    local directory=$1 port=$2 sql=$3 run pid
    shift 3
    run=$(socket_directory "$directory")
    rm -f "$directory/mariadb.pid"
    step "starting MariaDB on 127.0.0.1:$port"
    # In a session of its own, so that Ctrl-C reaches the script first and Apache stops before the database.
    # The whole path: an ordinary user of Debian does not look into /usr/sbin.
    as_instance setsid /usr/sbin/mariadbd --no-defaults --datadir="$directory/data" --socket="$run/mariadb.sock" \
        --pid-file="$directory/mariadb.pid" --log-error="$directory/error.log" --tmpdir="$directory/tmp" \
        --bind-address=127.0.0.1 --port="$port" --skip-name-resolve --init-file="$sql" \
        "${DATABASE_OPTIONS[@]}" "$@" </dev/null >/dev/null 2>&1 8<&- 9>&- &
    pid=$!
    disown "$pid"
    if ! wait_for 180 database_answers "$pid" "$run/mariadb.sock" "$directory/mariadb.pid"; then
        say "the end of $directory/error.log:"
        tail -n 15 -- "$directory/error.log" >&2 || true
        database_stop "$directory"
        fail "$EXIT_FAILED" "MariaDB did not start"
    fi
    process_gone "$pid" && {
        tail -n 15 -- "$directory/error.log" >&2 || true
        fail "$EXIT_FAILED" "MariaDB ended at once; its log is $directory/error.log"
    }
    return 0
}

# The pid file is written after the init file has been run.
database_answers() { process_gone "$1" || { [ -S "$2" ] && [ -s "$3" ]; }; }

database_stop() {
    local pid
    if pid=$(database_pid "$1"); then
        say "stopping MariaDB ($pid)"
        # Writing out the buffer pool can take a while; a KILL would only move that to the next start.
        end_process "$pid" 120 || return
    fi
    leave_socket_directory "$1"
}

# account_sql USER PASSWORD PRIVILEGES ON: one statement a line, as an init file wants it.
account_sql() {
    local account="'$1'@'127.0.0.1'"
    printf "CREATE USER IF NOT EXISTS %s IDENTIFIED BY '%s';\n" "$account" "$2"
    printf "ALTER USER %s IDENTIFIED BY '%s';\n" "$account" "$2"
    printf 'GRANT %s ON %s TO %s;\n' "$3" "$4" "$account"
}

# A machine that stood still for longer than a server waits for a name and a password, ten seconds, would fail tests.
readonly TEST_DATABASE_OPTIONS=(--max-connections=500 --innodb-buffer-pool-size=256M --connect-timeout=120)

# test_database_start DIRECTORY: an administrator's server for the tests; prints its URL.
test_database_start() {
    local directory=$1 port password
    prepare_database_directory "$directory"
    password=$(random_password)
    (umask 077 && account_sql root "$password" 'ALL PRIVILEGES' '*.* ' | sed '/^GRANT/s/;$/ WITH GRANT OPTION;/' >"$directory/accounts.sql")
    own_by_instance "$directory"
    database_create "$directory"
    lock_ports
    port=$(choose_port "test database" "" 13400)
    database_start "$directory" "$port" "$directory/accounts.sql" "${TEST_DATABASE_OPTIONS[@]}"
    unlock_ports
    printf 'mysql://root:%s@127.0.0.1:%s' "$password" "$port"
}

prepare_database_directory() {
    mkdir -p "$1/tmp"
    socket_directory "$1" >/dev/null
    chmod 0700 "$1"
}
