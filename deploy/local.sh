# shellcheck shell=bash
# ./deploy.sh local: starts an instance, shows its state, and stops it, in the right order.

load say toolchain build packages processes database apache instance configuration watch

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
        *) fail_usage "local: unknown argument $1 (see local --help)" ;;
        esac
        shift
    done
    # Resolves links and .. once, since processes are recognised by the path.
    directory=$(realpath -m -s -- "$directory")
    case $action in
    start) local_start "$directory" "$port" "$database_port" "$binaries" "$detach" ;;
    stop) local_stop "$directory" ;;
    status) local_status "$directory" "$json" ;;
    esac
}

# local_start DIRECTORY PORT DATABASE_PORT BINARIES DETACH: an empty argument is an option that was not given.
local_start() {
    local directory=$1 port=$2 database_port=$3 binaries=$4 detach=$5 instance base_url database_url token
    check_ports "$port" "$database_port"
    if [ -z "$binaries" ]; then
        [ -x "$(built_binaries)/weight-api" ] || say "The first start takes five to fifteen minutes on two cores and up to 2 GB: packages, then the build." \
            "Later ones take seconds. --binaries DIR uses programs that are built."
        step "1 of 4: packages"
        ensure_build_packages runtime
        step "2 of 4: the static binaries"
        build_binaries
        binaries=$(built_binaries)
    else
        step "1 of 4: packages"
        ensure_packages runtime
        step "2 of 4: the binaries of $binaries"
        binaries=$(realpath -m -- "$binaries")
    fi
    instance=$(resolve_instance "$directory")
    lock_instance "$instance"
    stop_servers "$instance"
    install_files "$instance" "$binaries"
    stop_on_failure "$instance"
    database_url=${WEIGHT_SYNC_DATABASE_URL:-}
    step "3 of 4: the database"
    if [ -z "$database_url" ]; then
        customer_sql "$(secret "$instance" database_password)" | database_prepare "$instance/mariadb"
        database_create "$instance/mariadb"
    fi
    # With every port given nothing is chosen, and another start need not be waited for.
    if [ -z "$port" ] || [ -z "$database_port$database_url" ]; then
        lock_ports
    fi
    port=$(choose_port Apache "$port" 8080)
    base_url=http://127.0.0.1:$port
    apache_configure "$instance/apache" "$instance/web" "$port"
    if [ -z "$database_url" ]; then
        database_port=$(choose_port database "$database_port" 13306)
        database_url=$(customer_url "$(secret "$instance" database_password)" "$database_port")
        database_start /usr/sbin/mariadbd "$instance/mariadb" "$database_port"
    fi
    write_configuration "$instance" "$database_url" "$base_url"
    migrate_database "$instance"
    token=$(demo_token "$instance")
    step "4 of 4: Apache"
    apache_start "$instance/apache" "$port"
    remember "$instance" base_url "$base_url"
    unlock_ports
    unlock_instance
    print_welcome "$instance" "$base_url" "$token"
    if [ -n "$detach" ]; then
        trap - EXIT INT TERM HUP
        printf 'ready %s\n' "$base_url"
    else
        watch_servers "$instance"
    fi
}

# check_ports PORT...: early, before anything that takes long.
check_ports() {
    local port
    for port in "$@"; do
        [ -z "$port" ] || valid_port "$port" || fail_usage "$port is not a port from 1024 to 65535"
    done
}

# The instance that is being started, for the EXIT trap.
starting=""

# stop_on_failure INSTANCE: from here on a failure or an interruption stops what was started.
stop_on_failure() {
    starting=$1
    trap stop_after_failure EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

stop_after_failure() {
    local code=$?
    trap - EXIT INT TERM HUP
    [ "$code" -eq 0 ] || stop_servers "$starting"
    exit "$code"
}

# stop_servers INSTANCE: Apache first, else its programs would answer 503 for a moment.
stop_servers() {
    apache_stop "$1/apache" "$1/web"
    database_stop "$1/mariadb"
}

# local_stop DIRECTORY
local_stop() {
    local instance
    if ! instance=$(existing_instance "$1"); then
        say "there is no instance in $1"
        return 0
    fi
    lock_instance "$instance"
    stop_servers "$instance"
    say "nothing of $instance runs now; its data stays there, and rm -r $instance removes it"
}

# local_status DIRECTORY JSON: the exit code is 1 when it does not run, so that scripts can ask.
local_status() {
    local instance apache database running=false
    instance=$(existing_instance "$1") || instance=$1
    apache=$(apache_pid "$instance/apache") && running=true || apache=""
    database=$(database_pid "$instance/mariadb") || database=""
    if [ -n "$2" ]; then
        printf '{"running":%s,"base_url":%s,"web":%s,"config":%s,"apache_pid":%s,"mariadb_pid":%s}\n' \
            "$running" "$(json_string "$(remembered "$instance" base_url)")" "$(json_string "$instance/web")" \
            "$(json_string "$(configuration_file "$instance")")" "${apache:-null}" "${database:-null}"
    else
        printf 'Apache   %s\nMariaDB  %s\ninstance %s\n' \
            "${apache:-not running}${apache:+ at $(remembered "$instance" base_url)}" "${database:-not running}" "$instance"
    fi
    [ "$running" = true ]
}

json_string() {
    local text=$1
    text=${text//\\/\\\\}
    text=${text//\"/\\\"}
    printf '"%s"' "$text"
}
