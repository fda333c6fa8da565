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

# Nobody may be listening any more.
tell() { printf '%s\n' "$*" >&2 || true; }

refuse() {
    printf 'error: on the host: %s\n' "$*" >&2
    exit 1
}

# read_word FILE: its one line, or nothing.
read_word() {
    [ ! -f "$1" ] || head -n 1 "$1"
}

# Of a target: in the same directory, and .htaccess keeps it from being fetched.
hidden_name() { printf '%s/.weight-sync-new-%s' "$(dirname "$1")" "$(basename "$1")"; }

# lay FILE TARGET MODE: a copy by the hidden name, whole or not at all.
lay() {
    hidden=$(hidden_name "$2")
    cp "$1" "$hidden"
    chmod "$3" "$hidden"
}

# take TARGET: what was laid beside it is it from now on. Needs no room on the disk.
take() { mv -f "$(hidden_name "$1")" "$1"; }

put() {
    lay "$@"
    take "$2"
}

# lay_word FILE TEXT
lay_word() { printf '%s\n' "$2" >"$(hidden_name "$1")"; }

# What a run that was killed was still doing on this host goes on for a moment: the next one waits for it.
one_at_a_time() {
    exec 9>"$private/host.lock"
    flock --wait 60 9 || refuse "a run that was interrupted is still at work here; try again in a minute"
}
