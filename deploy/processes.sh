# shellcheck shell=bash
# shellcheck disable=SC2154  # names are shared through load.sh
# Ports and processes: nothing is stopped that is not provably the instance's own.

# Something listens, whoever it belongs to.
port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# From the choice of a port until it is bound, one start at a time; a directory can be locked without leaving a file.
lock_ports() {
    exec 8</var/tmp
    flock --wait 300 8 || fail "$EXIT_FAILED" "another start has held the lock on /var/tmp for five minutes"
}

unlock_ports() { exec 8<&-; }

valid_port() { [[ $1 =~ ^[0-9]{1,5}$ ]] && [ "$1" -ge 1024 ] && [ "$1" -le 65535 ]; }

# choose_port WHAT GIVEN FIRST: the given port or a complaint; else the first free one from FIRST up. FIRST lies below
# 32768: those above are also given to outgoing connections, whose remains keep a port from being bound for a minute
# although nothing listens on it.
choose_port() {
    local what=$1 given=$2 port=$3 last
    if [ -n "$given" ]; then
        valid_port "$given" || fail "$EXIT_USAGE" "$what port: $given is not a port from 1024 to 65535"
        ! port_taken "$given" ||
            fail "$EXIT_PORT" "$what port $given on 127.0.0.1 is taken by another program; give another one or leave it out"
        printf '%s' "$given"
        return 0
    fi
    last=$((port + 200))
    while port_taken "$port"; do
        port=$((port + 1))
        [ "$port" -le "$last" ] || fail "$EXIT_PORT" "no free $what port between $3 and $last"
    done
    printf '%s' "$port"
}

# own_process PIDFILE PROGRAM DIRECTORY: prints the process id when that process runs PROGRAM and was started
# with a path below DIRECTORY. A stale pid file may name somebody else's process by now.
own_process() {
    local pid
    pid=$(read_pid "$1") || return 1
    is_own "$pid" "$2" "$3" || return 1
    printf '%s' "$pid"
}

read_pid() {
    local pid=""
    [ -f "$1" ] && read -r pid <"$1" || [ -n "$pid" ] || return 1
    [[ $pid =~ ^[1-9][0-9]*$ ]] && printf '%s' "$pid"
}

# The command line, since /proc/PID/exe cannot be read for another user's process.
is_own() {
    local arguments=() name
    [ -r "/proc/$1/cmdline" ] || return 1
    { mapfile -d '' -t arguments <"/proc/$1/cmdline"; } 2>/dev/null || return 1
    [ "${#arguments[@]}" -gt 0 ] || return 1
    name=${arguments[0]##*/}
    [ "$name" = "$2" ] || return 1
    [[ " ${arguments[*]}" == *[\ =]"$3"/* ]]
}

# own_processes PROGRAM DIRECTORY: all of them, whatever became of the pid file.
own_processes() {
    local entry
    for entry in /proc/[1-9]*; do
        is_own "${entry#/proc/}" "$1" "$2" && printf '%s\n' "${entry#/proc/}"
    done
    return 0
}

# end_process PID SECONDS: TERM, wait, then KILL.
end_process() {
    local pid=$1
    kill -TERM "$pid" 2>/dev/null || return 0
    wait_for "$2" process_gone "$pid" && return 0
    say "process $pid did not end within $2 s: killed"
    kill -KILL "$pid" 2>/dev/null || true
    wait_for 5 process_gone "$pid"
}

# A zombie whose parent has not looked yet is gone too.
process_gone() {
    local state
    state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null) || return 0
    [ -z "$state" ] || [ "$state" = Z ]
}

# Servers started by root run as somebody who may do nothing else; sudo's caller keeps owning the files.
instance_user() {
    if [ "$(id -u)" -ne 0 ]; then
        id -un
    elif [ -n "${SUDO_USER:-}" ] && [ "$SUDO_USER" != root ] && id "$SUDO_USER" >/dev/null 2>&1; then
        printf '%s' "$SUDO_USER"
    else
        printf 'nobody'
    fi
}

# as_instance COMMAND...: exec keeps the process id, which runuser would not.
as_instance() {
    local user
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
        return
    fi
    user=$(instance_user)
    HOME=/nonexistent setpriv --reuid "$(id -u "$user")" --regid "$(id -g "$user")" --clear-groups -- "$@"
}

# Only root has to hand files over.
own_by_instance() { change_owner -R "$@"; }

own_one_by_instance() { change_owner "$@"; }

change_owner() {
    local user
    [ "$(id -u)" -eq 0 ] || return 0
    user=$(instance_user)
    chown -h "$(id -u "$user"):$(id -g "$user")" "$@"
}
