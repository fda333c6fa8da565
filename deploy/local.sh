# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034,SC2153  # names are shared through load.sh
# ./deploy.sh local: the parts put together, started, watched, and stopped in the right order.

local_command() {
    local action=start directory=$REPOSITORY/.local/instance port="" database_port="" binaries="" detach="" json=""
    while [ $# -gt 0 ]; do
        case $1 in
        start | stop | status) action=$1 ;;
        --detach) detach=yes ;;
        --json) json=yes ;;
        --directory | --port | --database-port | --binaries)
            need_value "$@"
            case $1 in
            --directory) directory=$2 ;;
            --port) port=$2 ;;
            --database-port) database_port=$2 ;;
            --binaries) binaries=$2 ;;
            esac
            shift
            ;;
        --directory=* | --port=* | --database-port=* | --binaries=*)
            set -- "${1%%=*}" "${1#*=}" "${@:2}"
            continue
            ;;
        -h | --help)
            print_help
            return 0
            ;;
        *) fail "$EXIT_USAGE" "local: unknown argument $1 (see --help)" ;;
        esac
        shift
    done
    # Links and .. are resolved once, so that processes can be recognised by the path.
    directory=$(realpath -m -s -- "$directory")
    case $action in
    start) local_start ;;
    stop) local_stop ;;
    status) local_status ;;
    esac
}

# Uses the variables of local_command.
local_start() {
    local database_url base_url token sql settings
    # Before anything long is begun.
    for settings in "$port" "$database_port"; do
        [ -z "$settings" ] || valid_port "$settings" || fail "$EXIT_USAGE" "$settings is not a port from 1024 to 65535"
    done
    if [ -z "$binaries" ]; then
        ensure_packages runtime build
        build_binaries
        binaries=$(built_binaries)
    else
        ensure_packages runtime
        binaries=$(realpath -m -- "$binaries")
    fi
    resolve_instance "$directory"
    lock_instance
    stop_servers
    mkdir -p "$instance/apache"
    install_files "$binaries"
    trap 'stop_after_failure' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    if [ -z "${WEIGHT_SYNC_DATABASE_URL:-}" ]; then
        prepare_database_directory "$instance/mariadb"
        hand_over
        database_create "$instance/mariadb"
    fi
    # Who is told every port chooses none, and need not wait for others who start.
    if [ -z "$port" ] || [ -z "$database_port${WEIGHT_SYNC_DATABASE_URL:-}" ]; then
        lock_ports
    fi
    port=$(choose_port Apache "$port" 8080)
    base_url=http://127.0.0.1:$port
    apache_configure "$instance/apache" "$instance/web" "$port"
    if [ -n "${WEIGHT_SYNC_DATABASE_URL:-}" ]; then
        database_url=$WEIGHT_SYNC_DATABASE_URL
        hand_over
    else
        database_port=$(choose_port database "$database_port" 13306)
        database_url=mysql://$DATABASE_USER:$(secret database_password)@127.0.0.1:$database_port/$DATABASE_NAME
        sql=$instance/mariadb/accounts.sql
        (umask 077 && {
            # Nothing says utf8mb4 here: every table has to, as on a host.
            printf 'CREATE DATABASE IF NOT EXISTS %s;\n' "$DATABASE_NAME"
            account_sql "$DATABASE_USER" "$(secret database_password)" "$DATABASE_PRIVILEGES" "$DATABASE_NAME.*"
        } >"$sql")
        hand_over
        database_start "$instance/mariadb" "$database_port" "$sql"
    fi
    write_configuration "$database_url" "$base_url"
    migrate_database
    ensure_demo_user
    hand_over
    apache_start "$instance/apache" "$port"
    remember base_url "$base_url"
    remember database_url "$database_url"
    unlock_ports
    unlock_instance
    print_welcome "$base_url" "$token"
    if [ -n "$detach" ]; then
        trap - EXIT INT TERM HUP
        printf 'ready %s\n' "$base_url"
        return 0
    fi
    watch_servers
}

# The data directory is left alone when it exists: it may be large, and belongs to the server already.
hand_over() {
    local part
    own_by_instance "$instance/web" "$instance/weight-sync" "$instance/apache"
    for part in secrets mariadb/accounts.sql mariadb/tmp mariadb/run mariadb; do
        [ ! -e "$instance/$part" ] || own_one_by_instance "$instance/$part"
    done
    own_one_by_instance "$instance"
}

stop_after_failure() {
    local code=$?
    trap - EXIT INT TERM HUP
    [ "$code" -eq 0 ] || stop_servers
    exit "$code"
}

# Apache first: the other way round its programs would answer 503 for a moment.
stop_servers() {
    apache_stop "$instance/apache" "$instance/web"
    database_stop "$instance/mariadb"
}

local_stop() {
    if ! existing_instance "$directory"; then
        say "there is no instance in $directory"
        return 0
    fi
    lock_instance
    stop_servers
    say "nothing of $instance runs now"
}

# Exit code 1 when it does not run, so that scripts can ask.
local_status() {
    local apache="" database="" running=false
    if existing_instance "$directory"; then
        apache=$(apache_pid "$instance/apache") && running=true || apache=""
        database=$(database_pid "$instance/mariadb") || database=""
    else
        instance=$directory
    fi
    if [ -n "$json" ]; then
        printf '{"running":%s,"base_url":%s,"web":%s,"config":%s,"apache_pid":%s,"mariadb_pid":%s,"database_url":%s}\n' \
            "$running" "$(json_text "$(remembered base_url)")" "$(json_text "$instance/web")" \
            "$(json_text "$(configuration_file)")" "${apache:-null}" "${database:-null}" \
            "$(json_text "$(remembered database_url)")"
    else
        printf "Apache   %s\nMariaDB  %s\ninstance %s\n" "${apache:-not running}${apache:+ at $(remembered base_url)}" \
            "${database:-not running}" "$instance"
    fi
    [ "$running" = true ]
}
