# shellcheck shell=bash
# The connection to the host: one SSH connection for a whole run, and the commands that are sent over it.

load say settings

# A command's own output begins after this line: a login shell may print a greeting before it.
readonly BEGINNING="=== weight-sync ==="

# Exit codes: ssh's own when it cannot connect, and that of weightctl_line when the host has no weightctl.
readonly NO_CONNECTION=255 NOT_DEPLOYED=69

connection="" # the run's folder, for the socket of SSH and for run_file
ssh_command=()

# The first command connects.
open_connection() {
    local options=()
    remove_abandoned
    connection=$(mktemp -d "/tmp/weight-sync-push.$$.XXXXXX")
    read -ra options <<<"$(setting ssh_options)"
    # With a shared connection ssh asks for a password or a passphrase once.
    ssh_command=(ssh -p "$(setting port)" -o ControlMaster=auto -o "ControlPath=$connection/ssh" -o ControlPersist=120
        -o ConnectTimeout=20 -o ServerAliveInterval=15 "${options[@]}")
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
    [ ! -S "$connection/ssh" ] || "${ssh_command[@]}" -O exit "$(ssh_host)" >/dev/null 2>&1 || true
    rm -rf -- "$connection"
    connection=""
}

# run_file NAME: prints the path of a temporary file that is removed at the end of the run.
run_file() { printf '%s/%s' "$connection" "$1"; }

# on_host COMMAND: a line for the shell there. Its stdin is the caller's: give </dev/null or data.
on_host() { "${ssh_command[@]}" "$(ssh_host)" "$1"; }

ssh_host() { setting host | tr -d '[]'; }

# script_line SCRIPT ARGUMENT...: a line that runs a script of /bin/sh there, whatever the login shell is. What it prints
# comes after $BEGINNING.
script_line() {
    printf 'exec sh -c %s sh %s' "$(quoted "echo '$BEGINNING'; $1")" "$(quoted "${@:2}")"
}

# weightctl_line DIRECTORY ARGUMENT...: a line that runs the weightctl in a folder below the private one.
weightctl_line() {
    # shellcheck disable=SC2016  # expanded by the shell there
    script_line 'test -x "$1" || exit 69; exec "$@"' "$(setting private_directory)/$1/weightctl" "${@:2}"
}

# host_weightctl ARGUMENT...: the installed weightctl.
host_weightctl() { host_weightctl_reading "$@" </dev/null; }

# The same with the caller's stdin.
host_weightctl_reading() { on_host "$(weightctl_line bin "$@")" | after_greeting; }

# The same with a terminal there, so that Ctrl-C reaches the command. The shell there then ends with 130, which a broken
# connection never does.
host_weightctl_terminal() {
    # shellcheck disable=SC2016  # expanded by the shell there
    "${ssh_command[@]}" -tt "$(ssh_host)" "$(script_line 'test -x "$1" || exit 69; trap "exit 130" INT; "$@"' \
        "$(setting private_directory)/bin/weightctl" "$@")" | after_greeting
}

# copy_to_host FOLDER TARGET LIVE: copies its contents and modes by rsync to a folder below the private directory, which is
# made. What the live release has already is not sent again. rsync would take a login shell's greeting for an answer, so its
# connection begins after that.
copy_to_host() {
    local private remote_shell live=$3
    private=$(setting private_directory)
    remote_shell=$(run_file remote-shell)
    printf '#!/usr/bin/env bash\nset -o pipefail\nBEGINNING=%q\n%s\n%s "$@" | after_greeting\n' \
        "$BEGINNING" "$(declare -f after_greeting)" "${ssh_command[*]@Q}" >"$remote_shell"
    rsync --recursive --compress --perms --protect-args ${live:+"--copy-dest=../$live"} -e "bash $remote_shell" \
        --rsync-path "echo $(quoted "$BEGINNING"); umask 077; mkdir -p $(quoted "$private"); umask 022; mkdir -p $(quoted "$private/bin" "$private/$2"); rsync" \
        "$1/" "$(setting host):$private/$2/"
}

# remove_from_host FOLDER: below the private directory, where the connection still stands. Else the next push removes it.
remove_from_host() {
    [ -S "$connection/ssh" ] || return 0
    # shellcheck disable=SC2016  # expanded by the shell there
    on_host "$(script_line 'rm -rf -- "$1"' "$(setting private_directory)/$1")" </dev/null >/dev/null 2>&1 || true
}

# Copies what follows the line $BEGINNING.
after_greeting() {
    local line
    while IFS= read -r line; do
        if [ "${line%$'\r'}" = "$BEGINNING" ]; then
            cat
            return 0
        fi
    done
}

# check_deployed CODE: fails where the host has no weightctl, for which a command above gave this code.
check_deployed() {
    [ "$1" -ne "$NOT_DEPLOYED" ] || fail "nothing is deployed on $(setting host) yet: ./deploy.sh push"
}

# first_error FILE: the first line of what curl wrote to it, without its own name and number.
first_error() { sed -n '1s/^curl: ([0-9]*) //p' "$1"; }

# quoted WORD...: in single quotes, the one form that all login shells understand.
quoted() {
    local word words=()
    for word in "$@"; do
        words+=("'${word//\'/\'\\\'\'}'")
    done
    printf '%s' "${words[*]}"
}

# member NAME OBJECT: the string of that name in a flat JSON object; nothing where it is null or missing.
member() {
    [[ $2 =~ \"$1\":\"(([^\"\\]|\\.)*)\" ]] && printf '%s' "${BASH_REMATCH[1]}"
    return 0
}

# What a push must know before it builds, as shell for the host, in one line: not every login shell takes more in quotes.
# The free space is that of the home directory's disk.
# shellcheck disable=SC2016  # expanded by the shell there
readonly LOOK='has() { if "$@" >/dev/null 2>&1; then echo yes; fi; }; '\
'free=$(df -Pk . 2>/dev/null | { read -r head; read -r disk size used free rest; echo "$free"; }); '\
'printf "{\"machine\":\"%s\",\"rsync\":\"%s\",\"web\":\"%s\",\"configured\":\"%s\",\"deployed\":\"%s\",\"live\":\"%s\",\"free_kib\":\"%s\"}\n" '\
'"$(uname -m)" "$(has command -v rsync)" "$(has test -d "$1")" "$(has test -f "$2/weight-sync.toml")" '\
'"$(has test -x "$2/bin/weightctl")" "$(cat "$2/live" 2>/dev/null)" "$free"'

seen="" # what look_at_host has found

look_at_host() {
    local code=0
    seen=$(on_host "$(script_line "$LOOK" "$(setting web_directory)" "$(setting private_directory)")" </dev/null | after_greeting) || code=$?
    [ "$code" -ne "$NO_CONNECTION" ] || fail "no connection to $(setting host)"
    [[ $seen == "{"* ]] || fail "the login shell of $(setting host) runs no commands: turn on SSH for this user in the host's panel"
}

# saw NAME: the value that look_at_host has found.
saw() { member "$1" "$seen"; }
