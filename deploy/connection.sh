# shellcheck shell=bash
# The connection to the host: one SSH connection for a whole run, the commands and scripts that are sent over it, the
# state of the host as read by read_state, and a lock that ends with the process that holds it.

load say settings

connection="" # the run's folder, for the socket of SSH and for run_file
ssh_command=()

open_connection() {
    local options=()
    remove_abandoned
    connection=$(mktemp -d "/tmp/weight-sync-push.$$.XXXXXX")
    read -ra options <<<"$(setting ssh_options)"
    # With a shared connection ssh asks for a password or a passphrase once.
    ssh_command=(ssh -p "$(setting port)" -o ControlMaster=auto -o "ControlPath=$connection/ssh" -o ControlPersist=120
        -o ConnectTimeout=20 -o ServerAliveInterval=15 "${options[@]}")
    on_host true || fail "no connection to $(setting host)"
}

# Removes the folders of runs that were killed, and their connections, which would stay for two minutes.
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
    [ -z "${host_lock_PID:-}" ] || kill "$host_lock_PID" 2>/dev/null || true
    "${ssh_command[@]}" -O exit "$(ssh_host)" >/dev/null 2>&1 || true
    rm -rf -- "$connection"
    connection=""
}

# run_file NAME: prints the path of a temporary file that is removed at the end of the run.
run_file() { printf '%s/%s' "$connection" "$1"; }

# on_host COMMAND: a line for the shell there. Its stdin is the caller's: give </dev/null or data.
on_host() { "${ssh_command[@]}" "$(ssh_host)" "$1"; }

# on_host_terminal COMMAND: with a terminal there, so that Ctrl-C reaches the command.
on_host_terminal() { "${ssh_command[@]}" -tt "$(ssh_host)" "$1"; }

# rsync wants an IPv6 address in brackets, ssh does not.
ssh_host() { setting host | tr -d '[]'; }

# host ACTION [ARGUMENT...]: runs an action of deploy/host there.
host() { host_script | on_host "exec sh -s -- $(quoted "$(setting web_directory)" "$(setting private_directory)" "$@")"; }

# The scripts of deploy/host as one text, for /bin/sh.
host_script() { cat -- "$REPOSITORY"/deploy/host/{begin,switch,releases,probe,cron,end}.sh; }

# host_weightctl DIRECTORY ARGUMENT...: the weightctl in bin or in a release, with the deployment's configuration.
host_weightctl() { on_host "$(weightctl_line "$@")" </dev/null; }

# weightctl_line DIRECTORY ARGUMENT...: the same as a line for the shell there.
weightctl_line() {
    local directory=$1
    shift
    printf 'exec %s --config %s %s' "$(host_path "$directory/weightctl")" "$(host_path weight-sync.toml)" "$(quoted "$@")"
}

# host_path NAME: a path below the private directory, quoted.
host_path() { quoted "$(setting private_directory)/$1"; }

# quoted WORD...: in single quotes, the one form that all login shells understand.
quoted() {
    local word words=()
    for word in "$@"; do
        words+=("'${word//\'/\'\\\'\'}'")
    done
    printf '%s' "${words[*]}"
}

# copy_to_host DIRECTORY NAME: copies its contents to a directory below the private one. The modes are those that suexec
# accepts, whatever the umask here is.
copy_to_host() {
    rsync --recursive --compress --chmod=D0755,F0644 -e "${ssh_command[*]}" "$1/" \
        "$(setting host):$(setting private_directory)/$2/"
}

# Takes the lock on the host. A process there holds it that ends with this connection, however this run ends.
lock_host() {
    local answer=""
    # Not over the shared connection, which may outlive this process when it is killed.
    coproc host_lock { exec ssh -S none "${ssh_command[@]:1}" "$(ssh_host)" "exec flock --wait 30 $(host_path push.lock) sh -c 'echo locked; exec cat >/dev/null'"; }
    read -r answer <&"${host_lock[0]}" || true
    [ "$answer" = locked ] || fail "another deploy.sh is working on $(setting host); try again when it is done"
}

lock_held() { [ -n "${host_lock_PID:-}" ] && kill -0 "$host_lock_PID" 2>/dev/null; }

declare -gA states=()

# Reads the state of the host; deploy/host/releases.sh says what it consists of.
read_state() {
    local text key value
    text=$(host state) || fail "the host's state could not be read"
    states=()
    while IFS='=' read -r key value; do
        states[$key]+=${states[$key]:+ }$value
    done <<<"$text"
}

# state KEY: prints the value, as of the last read_state.
state() { printf '%s' "${states[$1]:-}"; }
