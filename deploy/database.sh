# shellcheck shell=bash
# A private database server in a directory: own data, own socket, loopback only, no account without a password over TCP.
# The distribution's MariaDB, or another server's program where the tests ask for one. Durability is not relaxed here.
#
# The directory holds data/, tmp/, run/, accounts.sql, error.log and database.pid.

load say processes

readonly DATABASE_NAME=weight_sync DATABASE_USER=weight_sync

# What a shared host's customer may do: no EVENT, nothing global, no GRANT OPTION.
readonly DATABASE_PRIVILEGES="SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, \
CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, TRIGGER"

random_password() { head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }

# customer_sql PASSWORD: the database and its account, one statement a line, as --init-file wants it. The character set
# stays the server's default: every table has to name utf8mb4 itself, as on a host.
customer_sql() {
    printf 'CREATE DATABASE IF NOT EXISTS %s;\n' "$DATABASE_NAME"
    account_sql "$DATABASE_USER" "$1" "$DATABASE_PRIVILEGES ON $DATABASE_NAME.*"
}

# administrator_sql PASSWORD: root over TCP, as the tests need it.
administrator_sql() { account_sql root "$1" 'ALL PRIVILEGES ON *.*' ' WITH GRANT OPTION'; }

# account_sql USER PASSWORD GRANT [OPTION]
account_sql() {
    local account="'$1'@'127.0.0.1'"
    printf "CREATE USER IF NOT EXISTS %s IDENTIFIED BY '%s';\n" "$account" "$2"
    printf "ALTER USER %s IDENTIFIED BY '%s';\n" "$account" "$2"
    printf 'GRANT %s TO %s%s;\n' "$3" "$account" "${4:-}"
}

# customer_url PASSWORD PORT
customer_url() { printf 'mysql://%s:%s@127.0.0.1:%s/%s' "$DATABASE_USER" "$1" "$2" "$DATABASE_NAME"; }

# database_prepare DIRECTORY: makes the folder; reads from stdin the statements that run at each start.
database_prepare() {
    mkdir -p "$1/tmp"
    socket_directory "$1" >/dev/null
    chmod 0700 "$1"
    (umask 077 && cat >"$1/accounts.sql")
    own_by_instance "$1" "$1/tmp" "$1/accounts.sql"
    [ -L "$1/run" ] || own_by_instance "$1/run"
}

# database_create DIRECTORY [INSTALLER OPTION...]: makes the system tables of MariaDB, once. They are made beside their
# final place, so that an interrupted first run leaves no half of them there.
database_create() {
    local directory=$1 unfinished=$1/data.unfinished
    shift
    [ $# -gt 0 ] || set -- mariadb-install-db
    [ ! -d "$directory/data" ] || return 0
    step "creating the private database in $directory"
    rm -rf -- "$unfinished"
    # Authentication by socket leaves no account that is reachable over TCP.
    run_quietly "$directory/install.log" as_instance "$1" --no-defaults "${@:2}" --datadir="$unfinished" \
        --auth-root-authentication-method=socket --auth-root-socket-user="$(instance_user)" \
        --skip-test-db --skip-name-resolve --tmpdir="$directory/tmp" ||
        fail "mariadb-install-db failed; see $directory/install.log"
    mv -- "$unfinished" "$directory/data"
}

# database_start PROGRAM DIRECTORY PORT [OPTION...]: with those settings of a shared host that break careless programs: not
# strict, three-byte characters by default.
database_start() { server_start "$@" --sql-mode=NO_ENGINE_SUBSTITUTION --character-set-server=utf8mb3; }

# server_start PROGRAM DIRECTORY PORT [OPTION...]: with the server's own defaults.
server_start() {
    local program=$1 directory=$2 port=$3 run pid
    shift 3
    run=$(socket_directory "$directory")
    rm -f "$directory/database.pid"
    step "starting ${program##*/} on 127.0.0.1:$port"
    # setsid, so that Ctrl-C reaches the script alone, which stops Apache before the database.
    as_instance setsid "$program" --no-defaults --datadir="$directory/data" --socket="$run/database.sock" \
        --pid-file="$directory/database.pid" --log-error="$directory/error.log" --tmpdir="$directory/tmp" \
        --bind-address=127.0.0.1 --port="$port" --skip-name-resolve --init-file="$directory/accounts.sql" \
        "$@" </dev/null >/dev/null 2>&1 8<&- 9<&- &
    pid=$!
    disown "$pid"
    if ! wait_for 180 has_started_or_ended "$pid" "$run/database.sock" "$directory/database.pid" || process_gone "$pid"; then
        say "the end of $directory/error.log:"
        tail -n 15 -- "$directory/error.log" >&2 || true
        database_stop "$directory"
        fail "the database did not start"
    fi
}

# The server writes the pid file after it has run the init file.
has_started_or_ended() { process_gone "$1" || { [ -S "$2" ] && [ -s "$3" ]; }; }

database_pid() {
    local program='@(mariadbd|mysqld)' pid
    own_process "$1/database.pid" "$program" "$1" && return 0
    pid=$(own_processes "$program" "$1" | head -n 1)
    [ -n "$pid" ] && printf '%s' "$pid"
}

database_stop() {
    local pid
    if pid=$(database_pid "$1"); then
        say "stopping the database ($pid)"
        # Writing out the buffer pool can take a while; a KILL would only move that to the next start.
        end_process "$pid" 120 || return
    fi
    leave_socket_directory "$1"
}
