# shellcheck shell=bash
# A start in the foreground: waits beside its servers, and stops those that it started and no others.

load say processes apache database

# watch_servers INSTANCE: until Ctrl-C, or until one of the servers has ended.
watch_servers() {
    local instance=$1 apache database
    apache=$(apache_pid "$instance/apache")
    # Empty where the database is not the instance's own.
    database=$(database_pid "$instance/mariadb") || database=""
    say "Ctrl-C stops it"
    trap - EXIT
    trap 'say ""; stop_watched "$instance" "$apache" "$database"; exit 0' INT TERM HUP
    while ! process_gone "$apache" && { [ -z "$database" ] || ! process_gone "$database"; }; do
        # In the background, since bash runs a trap only after a foreground command has ended.
        sleep 1 &
        wait $! || true
    done
    if [ "$(apache_pid "$instance/apache" || true)" = "$apache" ]; then
        stop_watched "$instance" "$apache" "$database"
        fail "MariaDB has ended; see $instance/mariadb/error.log"
    fi
    stop_watched "$instance" "$apache" "$database"
    say "another command has stopped it"
}

# stop_watched INSTANCE APACHE DATABASE: unless another start has replaced them.
stop_watched() {
    local instance=$1
    trap '' INT TERM HUP
    if [ "$(apache_pid "$instance/apache" || true)" = "$2" ]; then
        apache_stop "$instance/apache" "$instance/web"
    fi
    if [ -n "$3" ] && [ "$(database_pid "$instance/mariadb" || true)" = "$3" ]; then
        database_stop "$instance/mariadb"
    fi
    say "stopped"
}
