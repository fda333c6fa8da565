# shellcheck shell=bash
# Ports and processes of the local servers, and the user that they run as. Nothing is stopped that is not provably the
# instance's own.

load say

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.1
    done
}

# Whether any process listens on the port.
port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Held from the choice of a port until it is bound, so that two starts do not choose the same one. The lock is on a
# directory, which leaves no file behind. A server must not inherit descriptor 8, nor 9, the instance's lock.
lock_ports() {
    exec 8</var/tmp
    flock --wait 300 8 || fail "another start has held the lock on /var/tmp for five minutes"
}

unlock_ports() { exec 8<&-; }

valid_port() { [[ $1 =~ ^[0-9]{1,5}$ ]] && [ "$1" -ge 1024 ] && [ "$1" -le 65535 ]; }

# choose_port WHAT GIVEN FIRST: prints GIVEN, or the first free port from FIRST up where none was given. FIRST lies below
# 32768: the system uses those above for outgoing connections, whose remains keep a port from being bound for a minute
# although nothing listens on it.
choose_port() {
    local what=$1 given=$2 port=$3 last
    if [ -n "$given" ]; then
        valid_port "$given" || fail_usage "$what port: $given is not a port from 1024 to 65535"
        ! port_taken "$given" ||
            fail_port "$what port $given on 127.0.0.1 is taken by another program; give another one or leave it out"
        printf '%s' "$given"
        return 0
    fi
    last=$((port + 200))
    while port_taken "$port"; do
        port=$((port + 1))
        [ "$port" -le "$last" ] || fail_port "no free $what port between $3 and $last"
    done
    printf '%s' "$port"
}

# own_process PIDFILE PROGRAM DIRECTORY: prints the process id when that process runs PROGRAM (a shell pattern) and was
# started with a path below DIRECTORY. The id in a stale file may belong to an unrelated process.
own_process() {
    local pid=""
    { [ -f "$1" ] && read -r pid <"$1"; } || [ -n "$pid" ] || return 1
    [[ $pid =~ ^[1-9][0-9]*$ ]] && is_own "$pid" "$2" "$3" && printf '%s' "$pid"
}

# Reads the command line, since /proc/PID/exe of another user's process is not readable.
is_own() {
    local arguments=() name
    [ -r "/proc/$1/cmdline" ] || return 1
    { mapfile -d '' -t arguments <"/proc/$1/cmdline"; } 2>/dev/null || return 1
    [ "${#arguments[@]}" -gt 0 ] || return 1
    name=${arguments[0]##*/}
    # shellcheck disable=SC2053  # a pattern
    [[ $name == $2 ]] || return 1
    [[ " ${arguments[*]}" == *[\ =]"$3"/* ]]
}

# own_processes PROGRAM DIRECTORY: all of them, also those without a pid file; one id a line.
own_processes() {
    local entry
    for entry in /proc/[1-9]*; do
        is_own "${entry#/proc/}" "$1" "$2" && printf '%s\n' "${entry#/proc/}"
    done
    return 0
}

# end_process PID SECONDS: sends TERM, waits, then sends KILL.
end_process() {
    local pid=$1
    kill -TERM "$pid" 2>/dev/null || return 0
    wait_for "$2" process_gone "$pid" && return 0
    say "process $pid did not end within $2 s: killed"
    kill -KILL "$pid" 2>/dev/null || true
    wait_for 5 process_gone "$pid"
}

# A zombie counts as gone: it only waits for its parent to collect it.
process_gone() {
    local state
    state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null) || return 0
    [ -z "$state" ] || [ "$state" = Z ]
}

# The user that the servers run as: an unprivileged one where root starts them, after sudo the caller.
instance_user() {
    if [ "$(id -u)" -ne 0 ]; then
        id -un
    elif [ -n "${SUDO_USER:-}" ] && [ "$SUDO_USER" != root ] && id "$SUDO_USER" >/dev/null 2>&1; then
        printf '%s' "$SUDO_USER"
    else
        printf 'nobody'
    fi
}

# as_instance COMMAND...: setpriv keeps the process id, which runuser would not.
as_instance() {
    local user
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
        return
    fi
    user=$(instance_user)
    HOME=/nonexistent setpriv --reuid "$(id -u "$user")" --regid "$(id -g "$user")" --clear-groups -- "$@"
}

# own_by_instance [-R] PATH...: only root has to hand files over.
own_by_instance() {
    local user
    [ "$(id -u)" -eq 0 ] || return 0
    user=$(instance_user)
    chown -h "$(id -u "$user"):$(id -g "$user")" "$@"
}

# socket_directory DIRECTORY: prints where the sockets of a server in DIRECTORY go. A path over 107 bytes is not a valid
# socket address; then it is a folder in /tmp.
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

# leave_socket_directory DIRECTORY: removes the folder in /tmp once the server has ended.
leave_socket_directory() { [ ! -L "$1/run" ] || rm -rf -- "$(readlink "$1/run")"; }
