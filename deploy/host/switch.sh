# shellcheck shell=sh
# Switches the web directory to a release, and ends the processes of the program before.

# render ID MODE TARGET: lays the release's .htaccess with the line that selects FastCGI or CGI.
render() {
    hidden=$(hidden_name "$3")
    sed "s/^\( *\)SetHandler fcgid-script\$/\1SetHandler $2-script/" "$releases/$1/htaccess" >"$hidden"
    chmod 0644 "$hidden"
}

# processes_of FILE [old]: prints the ids of own processes that run this file; with "old", those whose file has been
# replaced since they started.
processes_of() {
    for entry in /proc/[0-9]*; do
        running=$(readlink "$entry/exe" 2>/dev/null) || continue
        if [ "$running" = "$1 (deleted)" ] || { [ -z "${2:-}" ] && [ "$running" = "$1" ]; }; then
            printf '%s ' "${entry#/proc/}"
        fi
    done
}

# end_processes SECONDS "PID...": TERM lets them finish the current request; KILL ends those that take longer.
end_processes() {
    seconds=$1
    # shellcheck disable=SC2086  # a list of numbers
    set -- $2
    [ $# -gt 0 ] || return 0
    kill -TERM "$@" 2>/dev/null || true
    for process in "$@"; do
        # A zombie has no executable.
        while readlink "/proc/$process/exe" >/dev/null 2>&1; do
            if [ "$seconds" -le 0 ]; then
                tell "process $process did not end in time: killed"
                kill -KILL "$process" 2>/dev/null || true
                break
            fi
            sleep 1
            seconds=$((seconds - 1))
        done
    done
}

# host_switch ID MODE: first lays every file beside the one that it replaces, where a full disk ends it with code 75 and
# nothing changed; then renames: the web files, .htaccess, the program.
host_switch() {
    # The connection may break meanwhile; half a switch is worse than a whole one.
    trap '' HUP INT TERM PIPE
    [ -f "$releases/$1/weight-api" ] || refuse "there is no release $1"
    trap 'remove_laid || true; exit 75' EXIT
    remove_laid
    lay_release "$1" "$2"
    trap - EXIT
    take "$private/switching"
    (cd "$releases/$1/public_html" && find . -type f) | while read -r name; do
        [ ! -f "$(hidden_name "$web/$name")" ] || take "$web/$name"
    done
    [ ! -f "$(hidden_name "$web/.htaccess")" ] || take "$web/.htaccess"
    take "$web/api"
    take "$private/live"
    take "$private/mode"
    [ ! -f "$(hidden_name "$private/bin/weightctl")" ] || take "$private/bin/weightctl"
}

lay_release() {
    if [ -f "$web/.htaccess" ] && ! grep -q -e '^# weight-sync' -e 'weight-api' "$web/.htaccess" && [ ! -f "$private/htaccess.before" ]; then
        tell "the .htaccess that was there is kept as $private/htaccess.before"
        put "$web/.htaccess" "$private/htaccess.before" 0600
    fi
    (cd "$releases/$1/public_html" && find . -type d) | while read -r name; do mkdir -p "$web/$name"; done
    (cd "$releases/$1/public_html" && find . -type f) | while read -r name; do
        cmp -s "$releases/$1/public_html/$name" "$web/$name" || lay "$releases/$1/public_html/$name" "$web/$name" 0644
    done
    # An adopted release may lack .htaccess and weightctl.
    [ ! -f "$releases/$1/htaccess" ] || render "$1" "$2" "$web/.htaccess"
    lay "$releases/$1/weight-api" "$web/api" 0755
    [ ! -f "$releases/$1/weightctl" ] || lay "$releases/$1/weightctl" "$private/bin/weightctl" 0755
    lay_word "$private/switching" "$1"
    lay_word "$private/live" "$1"
    lay_word "$private/mode" "$2"
}

# Removes what a run has laid and not taken, because it was killed or found no space.
remove_laid() { find -H "$web" "$private" -path "$releases" -prune -o -name '.weight-sync-new-*' -type f -exec rm -f {} +; }

# host_end_old SECONDS: ends the processes of a replaced program; mod_fcgid would keep up to three of them for ever.
host_end_old() {
    old=$(processes_of "$web/api" old)
    # shellcheck disable=SC2086  # a list of numbers
    set -- "$1" $old
    tell "processes of the replaced program to end: $(($# - 1))"
    end_processes "$1" "$old"
}

host_processes() {
    all=$(processes_of "$web/api" | wc -w)
    old=$(processes_of "$web/api" old | wc -w)
    printf '%s of the live program, %s of a replaced one\n' "$((all - old))" "$((old))"
}
