# shellcheck shell=bash
# shellcheck disable=SC2154  # names are shared through load.sh
# A start in the foreground: stays with its servers, and stops those and no others.

watch_servers() {
    local apache database="" sleeper
    apache=$(apache_pid "$instance/apache")
    [ -n "${WEIGHT_SYNC_DATABASE_URL:-}" ] || database=$(database_pid "$instance/mariadb")
    say "Ctrl-C stops it"
    trap 'say ""; stop_watched "$apache" "$database"; exit 0' INT TERM HUP
    trap - EXIT
    while :; do
        # A sleep in the background, because a trap waits for one in the foreground.
        sleep 1 &
        sleeper=$!
        wait "$sleeper" || true
        if process_gone "$apache" || { [ -n "$database" ] && process_gone "$database"; }; then
            if [ "$(apache_pid "$instance/apache" || true)" = "$apache" ]; then
                stop_watched "$apache" "$database"
                fail "$EXIT_FAILED" "MariaDB has ended; see $instance/mariadb/error.log"
            fi
            stop_watched "$apache" "$database"
            say "stopped from elsewhere"
            return 0
        fi
    done
}

# Only the servers this run started: another run may have replaced them.
stop_watched() {
    trap '' INT TERM HUP
    if [ "$(apache_pid "$instance/apache" || true)" = "$1" ]; then
        apache_stop "$instance/apache" "$instance/web"
    fi
    if [ -n "$2" ] && [ "$(database_pid "$instance/mariadb" || true)" = "$2" ]; then
        database_stop "$instance/mariadb"
    fi
    say "stopped"
}
