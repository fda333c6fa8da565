# shellcheck shell=sh
# shellcheck disable=SC2034  # names are shared: the parts are sent as one text
# Runs on the host under its /bin/sh, sent over the connection and never installed: WEB PRIVATE ACTION [ARGUMENT...].
# Every change is a rename, so that an end at any point leaves the old or the new, and the next run can go on.
set -eu
# suexec's rule: nothing is writable by the group.
umask 022

web=$1 private=$2 action=$3
shift 3
case $web in /*) ;; *) web=$HOME/$web ;; esac
case $private in /*) ;; *) private=$HOME/$private ;; esac
# The system shows a process's file without links.
[ ! -d "$web" ] || web=$(cd "$web" && pwd -P)
releases=$private/releases
config=$private/weight-sync.toml

tell() { printf '%s\n' "$*" >&2; }

refuse() {
    printf 'error: on the host: %s\n' "$*" >&2
    exit 1
}

# read_word FILE: its one line, or nothing.
read_word() {
    [ ! -f "$1" ] || head -n 1 "$1"
}

# write_word FILE TEXT
write_word() {
    printf '%s\n' "$2" >"$1.new"
    mv -f "$1.new" "$1"
}

# put FILE TARGET MODE: by a hidden name in the target's directory, which .htaccess keeps from being fetched.
put() {
    hidden=$(dirname "$2")/.weight-sync-new-$(basename "$2")
    cp "$1" "$hidden"
    chmod "$3" "$hidden"
    mv -f "$hidden" "$2"
}
