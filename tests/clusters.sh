# shellcheck shell=bash
# Clusters for the tests: three nodes on this machine, without root's rights on the system's database. MariaDB Galera is the
# distribution's server with galera-4 and the transfer scripts, both unpacked; Group Replication is the MySQL 9 of
# tests/databases.sh, with one primary.
#
# The folder of a cluster holds kind and, for each node N, the folder N: that of a private server (deploy/database.sh), with
# port and url, and with start, which starts the node once more. The tests kill nodes and start them by it.

load say processes database

readonly CLUSTER_NODES=3

is_cluster() { [[ $1 == galera || $1 == group-replication ]]; }

# What the tests of clusters ask the nodes with.
find_missing_clusters() {
    want mariadb-client command -v mariadb
}

# What the transfer of a Galera node needs. The scripts call these programs.
find_missing_galera() {
    want rsync command -v rsync
    want lsof command -v lsof
}

# unpacked_galera: prints the folder of the unpacked packages. Only the library and the scripts are used of them.
unpacked_galera() {
    local cache root
    cache=$(server_cache)
    root=$cache/galera
    mkdir -p "$cache"
    (
        flock 9
        if [ ! -f "$root/.complete" ]; then
            step "unpacking galera-4"
            rm -rf -- "$root"
            mkdir -p "$root"
            cd "$root"
            # As root apt would warn that its own user cannot write here.
            apt-get -qq -o APT::Sandbox::User= download galera-4 mariadb-server >&2 || exit 1
            for package in *.deb; do
                dpkg-deb --fsys-tarfile "$package" | tar -x --no-same-owner || exit 1
                rm -- "$package"
            done
            : >.complete
        fi
    ) 9>"$cache/.lock-galera" || return 1
    printf '%s' "$root"
}

# start_cluster KIND FOLDER: prints the administrators' URLs of the nodes, one a line; the first node is the primary.
start_cluster() {
    local kind=$1 folder=$2 password number port
    password=$(random_password)
    printf '%s' "$kind" >"$folder/kind"
    chmod 0755 "$folder"
    # A port of a transfer is bound at times only: the kinds have ranges of their own.
    port=$([ "$kind" = galera ] && printf 13600 || printf 13800)
    lock_ports
    for number in $(seq "$CLUSTER_NODES"); do
        mkdir -p "$folder/$number"
        administrator_sql "$password" | database_prepare "$folder/$number"
        # For clients, for the other nodes, and two for the transfer of data to a new node.
        for name in port group-port transfer-port changes-port; do
            port=$(choose_port "cluster" "" "$((port + 1))")
            printf '%s' "$port" >"$folder/$number/$name"
        done
        printf 'mysql://root:%s@127.0.0.1:%s' "$password" "$(cat "$folder/$number/port")" >"$folder/$number/url"
    done
    case $kind in
    galera) prepare_galera "$folder" ;;
    group-replication) prepare_group_replication "$folder" "$password" ;;
    esac
    for number in $(seq "$CLUSTER_NODES"); do
        step "starting node $number of $kind on 127.0.0.1:$(cat "$folder/$number/port")"
        if [ "$number" -eq 1 ]; then
            "$folder/$number/start" "$(first_node_option "$kind")" --init-file="$folder/1/accounts.sql"
        else
            "$folder/$number/start"
        fi
        if ! wait_for 180 node_sees "$folder/$number" "$number"; then
            say "the end of $folder/$number/error.log:"
            tail -n 15 -- "$folder/$number/error.log" >&2 || true
            fail "node $number of $kind did not join"
        fi
    done
    unlock_ports
    for number in $(seq "$CLUSTER_NODES"); do printf '%s\n' "$(cat "$folder/$number/url")"; done
}

first_node_option() {
    case $1 in
    galera) printf -- '--wsrep-new-cluster' ;;
    group-replication) printf -- '--group-replication-bootstrap-group=ON' ;;
    esac
}

# node_sees NODE COUNT: whether the node is up to date in a cluster of so many.
node_sees() {
    local question seen
    case $(cat "$1/../kind") in
    galera)
        question="SELECT CONCAT((SELECT variable_value FROM information_schema.global_status
            WHERE variable_name = 'wsrep_local_state_comment'), ' ', (SELECT variable_value
            FROM information_schema.global_status WHERE variable_name = 'wsrep_cluster_size'))"
        ;;
    group-replication)
        question="SELECT CONCAT(MIN(member_state = 'ONLINE'), ' ', COUNT(*)) FROM performance_schema.replication_group_members"
        ;;
    esac
    seen=$(ask_node "$1" "$question") || return 1
    [[ $seen == @(Synced|1)" $2" ]]
}

# ask_node NODE SQL
ask_node() {
    local url
    url=$(cat "$1/url")
    url=${url#mysql://root:}
    MYSQL_PWD=${url%%@*} mariadb --no-defaults --user=root --host=127.0.0.1 --port="${url##*:}" --connect-timeout=5 \
        --skip-column-names --batch --execute="$2" 2>/dev/null
}

# The tests kill nodes, which loses nothing that was written to a file: no node waits for the disk (nosync).
# write_start NODE PROGRAM OPTION...: the script that starts the node as the instance's user and returns at once. Its own
# arguments are further options.
write_start() {
    local node=$1 program=$2 command=()
    shift 2
    if [ "$(id -u)" -eq 0 ]; then
        command=(setpriv --reuid "$(id -u "$(instance_user)")" --regid "$(id -g "$(instance_user)")" --clear-groups --)
    fi
    command+=("$program" --no-defaults --datadir="$node/data" --socket="$(socket_directory "$node")/database.sock"
        --pid-file="$node/database.pid" --log-error="$node/error.log" --tmpdir="$node/tmp" --bind-address=127.0.0.1
        --port="$(cat "$node/port")" --skip-name-resolve --max-connections=500 --connect-timeout=120
        --innodb-buffer-pool-size=64M --innodb-flush-log-at-trx-commit=1 --innodb-flush-method=nosync "$@")
    {
        printf '#!/usr/bin/env bash\nset -euo pipefail\nrm -f %q\nexport HOME=/nonexistent PATH=%q\ncommand=(' \
            "$node/database.pid" "$PATH"
        printf '%q ' "${command[@]}"
        printf '"$@")\n'
        # After a crash the position is in the redo log; without it a Galera node would copy all data again.
        [[ " $* " != *" --wsrep-on=ON "* ]] || cat <<'TEXT'
position=$("${command[@]}" --log-error= --wsrep-recover 2>&1 | sed -n 's/.*WSREP: Recovered position:* *//p' | tail -n 1) || true
command+=(${position:+"--wsrep-start-position=$position"})
TEXT
        # shellcheck disable=SC2016  # expanded by that script
        # Its own session, so that Ctrl-C reaches the tests alone.
        printf 'setsid "${command[@]}" </dev/null >/dev/null 2>&1 8<&- 9<&- &\n'
    } >"$node/start"
    chmod 0755 "$node/start"
}

# The members' addresses: node_addresses FOLDER
node_addresses() {
    local number list=""
    for number in $(seq "$CLUSTER_NODES"); do list+=",127.0.0.1:$(cat "$1/$number/group-port")"; done
    printf '%s' "${list#,}"
}

# The data of the first node; the others take theirs from it.
prepare_galera() {
    local folder=$1 root number node group
    root=$(unpacked_galera) || fail "galera-4 and mariadb-server could not be downloaded (apt-get update?)"
    database_create "$folder/1"
    for number in $(seq "$CLUSTER_NODES"); do
        node=$folder/$number
        group=$(cat "$node/group-port")
        if [ ! -d "$node/data" ]; then
            mkdir "$node/data"
            own_by_instance "$node/data"
        fi
        PATH=$root/usr/bin:$PATH write_start "$node" /usr/sbin/mariadbd \
            --binlog-format=ROW --innodb-autoinc-lock-mode=2 --wsrep-sync-wait=7 \
            --wsrep-on=ON --wsrep-provider="$root/usr/lib/libgalera_smm.so" --wsrep-cluster-name=weight-sync-test \
            --wsrep-cluster-address="gcomm://$(node_addresses "$folder")" --wsrep-node-name="node-$number" \
            --wsrep-node-address="127.0.0.1:$group" --wsrep-node-incoming-address="127.0.0.1:$(cat "$node/port")" \
            --wsrep-sst-method=rsync --wsrep-sst-receive-address="127.0.0.1:$(cat "$node/transfer-port")" \
            --wsrep-provider-options="base_port=$group;gmcast.listen_addr=tcp://127.0.0.1:$group;ist.recv_addr=127.0.0.1:$(cat "$node/changes-port");gcache.size=64M"
    done
}

# The data of the first node, copied, so that all have the same accounts.
prepare_group_replication() {
    # At most 32 characters.
    local folder=$1 password=${2:0:32} root program number node seeds group
    root=$(unpacked_server mysql-9) || fail "mysql-9 could not be unpacked"
    program=$root/usr/sbin/mysqld
    account_sql replication "$password" \
        'REPLICATION SLAVE, CONNECTION_ADMIN, BACKUP_ADMIN, GROUP_REPLICATION_STREAM ON *.*' >>"$folder/1/accounts.sql"
    run_quietly "$folder/1/install.log" as_instance "$program" --no-defaults --initialize-insecure --skip-log-bin \
        --init-file="$folder/1/accounts.sql" --datadir="$folder/1/data" --tmpdir="$folder/1/tmp" || fail "mysqld --initialize failed"
    # From here on what the first start runs: the account by which members bring each other up to date.
    printf "CHANGE REPLICATION SOURCE TO SOURCE_USER='replication', SOURCE_PASSWORD='%s' FOR CHANNEL 'group_replication_recovery';\n" \
        "$password" >"$folder/1/accounts.sql"
    seeds=$(node_addresses "$folder")
    group=$(cat /proc/sys/kernel/random/uuid)
    for number in $(seq "$CLUSTER_NODES"); do
        node=$folder/$number
        if [ "$number" -ne 1 ]; then
            cp -a -- "$folder/1/data" "$node/data"
            cp -p -- "$folder/1/accounts.sql" "$node/accounts.sql"
            # Each server makes its own UUID.
            rm -f -- "$node/data/auto.cnf"
        fi
        write_start "$node" "$program" --mysqlx=OFF --sync-binlog=0 --server-id="$number" --gtid-mode=ON --enforce-gtid-consistency=ON \
            --report-host=127.0.0.1 --report-port="$(cat "$node/port")" --init-file="$node/accounts.sql" \
            --plugin-load-add=group_replication.so --group-replication-group-name="$group" \
            --group-replication-local-address="127.0.0.1:$(cat "$node/group-port")" --group-replication-group-seeds="$seeds" \
            --group-replication-recovery-get-public-key=ON --group-replication-start-on-boot=ON
    done
}

stop_cluster() {
    local number
    for number in $(seq "$CLUSTER_NODES"); do
        # The data is not needed any more, and a last node would wait for the others.
        kill -KILL "$(database_pid "$1/$number")" 2>/dev/null || true
    done
    for number in $(seq "$CLUSTER_NODES"); do
        wait_for 20 node_has_ended "$1/$number" || true
        leave_socket_directory "$1/$number"
    done
    rm -rf -- "$1"
}

node_has_ended() { ! database_pid "$1" >/dev/null; }
