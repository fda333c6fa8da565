# shellcheck shell=sh
# begin.sh, the other parts and end.sh are sent to the host as one text for its /bin/sh and never installed there (see
# host_script in connection.sh). Arguments: WEB PRIVATE ACTION [ARGUMENT...]; ACTION is a function host_ACTION.
#
# Gives the other parts $web, $private, $releases and $config, all absolute paths, and the functions below. Every change is
# a rename, so that an end at any point leaves the old or the new file, and the next run can continue.
set -eu
# suexec refuses what the group may write.
umask 022

web=$1 private=$2
shift 2
case $web in /*) ;; *) web=$HOME/$web ;; esac
case $private in /*) ;; *) private=$HOME/$private ;; esac
# Without links, as /proc shows the path of a process's program.
[ ! -d "$web" ] || web=$(cd "$web" && pwd -P)
releases=$private/releases
config=$private/weight-sync.toml

# Never fails: the connection may be gone.
tell() { printf '%s\n' "$*" >&2 || true; }

refuse() {
    printf 'error: on the host: %s\n' "$*" >&2
    exit 1
}

# read_word FILE: prints its one line, or nothing.
read_word() {
    [ ! -f "$1" ] || head -n 1 "$1"
}

# hidden_name TARGET: in the same directory; .htaccess keeps dot files from being fetched.
hidden_name() { printf '%s/.weight-sync-new-%s' "$(dirname "$1")" "$(basename "$1")"; }

# lay FILE TARGET MODE: copies the file to the hidden name of the target.
lay() {
    hidden=$(hidden_name "$2")
    cp "$1" "$hidden"
    chmod "$3" "$hidden"
}

# take TARGET: renames what was laid beside it to it. Needs no space on the disk.
take() { mv -f "$(hidden_name "$1")" "$1"; }

put() {
    lay "$@"
    take "$2"
}

# lay_word TARGET TEXT
lay_word() { printf '%s\n' "$2" >"$(hidden_name "$1")"; }

# What a killed run was doing on this host goes on for a moment; the next run waits for it.
one_at_a_time() {
    exec 9>"$private/host.lock"
    flock --wait 60 9 || refuse "an interrupted run is still working here; try again in a minute"
}
