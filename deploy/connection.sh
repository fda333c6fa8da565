# shellcheck shell=bash
# shellcheck disable=SC2154  # names are shared through load.sh
# The way to the host: one SSH connection for a whole run, the host's part of the work sent over it, and a lock that
# cannot outlive whoever holds it.

connection="" # a directory for the socket and for answers
ssh_command=()

open_connection() {
    local options=()
    remove_abandoned
    connection=$(mktemp -d "/tmp/weight-sync-push.$$.XXXXXX")
    read -ra options <<<"${setting[ssh_options]:-}"
    # A password or a passphrase is asked for once.
    ssh_command=(ssh -p "${setting[port]}" -o ControlMaster=auto -o "ControlPath=$connection/ssh" -o ControlPersist=120
        -o ConnectTimeout=20 -o ServerAliveInterval=15 ${options[@]+"${options[@]}"})
    on_host true || fail "$EXIT_FAILED" "no connection to ${setting[host]}"
}

# The directories of runs that were killed, and their connections, which wait for more for two minutes.
remove_abandoned() {
    local directory process
    for directory in /tmp/weight-sync-push.*.*; do
        process=${directory#*push.}
        if [ ! -O "$directory" ] || kill -0 "${process%%.*}" 2>/dev/null; then
            continue
        fi
        [ ! -S "$directory/ssh" ] || ssh -o ControlPath="$directory/ssh" -O exit abandoned >/dev/null 2>&1 || true
        rm -rf -- "$directory"
    done
}

close_connection() {
    [ -n "$connection" ] || return 0
    unlock_host
    "${ssh_command[@]}" -O exit "$(ssh_host)" >/dev/null 2>&1 || true
    rm -rf -- "$connection"
    connection=""
}

# on_host COMMAND: a line for the shell there. The input is the caller's: give </dev/null or data.
on_host() { "${ssh_command[@]}" "$(ssh_host)" "$1"; }

# rsync wants an IPv6 address in brackets, ssh does not.
ssh_host() { printf '%s' "${setting[host]//[\[\]]/}"; }

# host ACTION [ARGUMENT...]: an action of deploy/host.
host() {
    local command="exec sh -s --" word part
    for word in "${setting[web_directory]}" "${setting[private_directory]}" "$@"; do
        command+=" $(quoted "$word")"
    done
    for part in begin switch releases probe cron end; do
        cat -- "$REPOSITORY/deploy/host/$part.sh"
    done | on_host "$command"
}

# The one form of quoting that all login shells share.
quoted() { printf "'%s'" "${1//\'/\'\\\'\'}"; }

# host_path NAME: a path below the private directory, for a line of shell on the host.
host_path() { quoted "${setting[private_directory]}/$1"; }

# host_weightctl DIRECTORY ARGUMENT...: the one in bin or in a release, with the deployment's configuration.
host_weightctl() {
    local command word
    command="exec $(host_path "$1/weightctl") --config $(host_path weight-sync.toml)"
    shift
    for word in "$@"; do
        command+=" $(quoted "$word")"
    done
    on_host "$command" </dev/null
}

# The lock belongs to a process on the host that ends with this connection, however this one ends.
lock_host() {
    local answer=""
    # A connection of its own: one that is shared may keep its sessions when this process is killed.
    coproc host_lock { exec ssh -S none "${ssh_command[@]:1}" "$(ssh_host)" "exec flock --wait 30 $(host_path push.lock) sh -c 'echo locked; exec cat >/dev/null'"; }
    read -r answer <&"${host_lock[0]}" || true
    [ "$answer" = locked ] || fail "$EXIT_FAILED" "another deploy.sh is working on ${setting[host]}; try again when it is done"
}

lock_held() { [ -n "${host_lock_PID:-}" ] && kill -0 "$host_lock_PID" 2>/dev/null; }

unlock_host() {
    [ -z "${host_lock_PID:-}" ] || kill "$host_lock_PID" 2>/dev/null || true
}

declare -A state=()

# read_state: what is on the host, into $state.
read_state() {
    local text key value
    text=$(host state) || fail "$EXIT_FAILED" "the host could not be looked at"
    state=()
    while IFS='=' read -r key value; do
        state[$key]+=${state[$key]:+ }$value
    done <<<"$text"
}
