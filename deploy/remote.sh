# shellcheck shell=bash
# The smaller commands for a host: rollback, releases, status, cron and logs.

load say settings connection live

# rollback [--to RELEASE]: the programs and web files of an older release; the database keeps its newer tables.
rollback_command() {
    local target="" rest=() live
    while [ $# -gt 0 ]; do
        if [ "$1" = --to ]; then
            need_value "$@"
            target=$2
            shift
        else
            rest+=("$1")
        fi
        shift
    done
    read_settings rollback "${rest[@]}"
    begin_run
    lock_host
    # Once more, since another run may have changed it before the lock was taken.
    read_state
    if [ -z "$target" ]; then
        target=$(state back)
        [ -z "$target" ] || [ "$target" != "$(state switching)" ] ||
            say "the way back to $target was interrupted: it is finished first"
    fi
    live=$(state live)
    [ -n "$target" ] || fail "there is no verified release older than ${live:-the live one}"
    host sweep
    go_live "$target" "$(live_mode)" "${target%-*}"
    say "live: $target at $(setting base_url)"
}

releases_command() {
    read_settings releases "$@"
    begin_run
    host releases
}

status_command() {
    local health live switching back
    read_settings status "$@"
    begin_run
    live=$(state live)
    switching=$(state switching)
    back=$(state back)
    health=$(curl --silent --show-error --max-time 45 "$(setting base_url)/api/health" 2>&1) || true
    printf '%-12s %s\n' host "$(setting host)" address "$(setting base_url)" live "${live:-nothing}" \
        mode "$(mode_name "$(live_mode)")" health "$health" processes "$(host processes)" \
        migrations "$(host migrations)" cron "$(host cron_show 2>/dev/null | grep -v '^#' || printf 'not installed')"
    [ -z "$switching" ] || printf '%-12s %s\n' unfinished "the switch to $switching was not verified: push again, or rollback (to ${back:-nothing yet})"
    [[ $health == *'"status":"ok"'* ]]
}

cron_command() {
    local action=${1:-}
    case $action in
    install | show | remove) shift ;;
    *) fail_usage "cron install, cron show or cron remove" ;;
    esac
    read_settings "cron $action" "$@"
    begin_run
    case $action in
    install)
        host cron_install
        say "installed; every other line of the crontab is unchanged:"
        host cron_show
        ;;
    remove)
        host cron_remove
        say "the crontab has no block of weight-sync now"
        ;;
    show) host cron_show || fail "the crontab has no block of weight-sync: ./deploy.sh cron install" ;;
    esac
}

# logs: weightctl reads them on the host. It gets a terminal only where there is one here, so that Ctrl-C reaches it.
logs_command() {
    local words=() rest=()
    while [ $# -gt 0 ]; do
        case $1 in
        --follow | -f | --pretty | --status=* | --request=* | --lines=*) words+=("$1") ;;
        --status | --request | --lines | -n)
            need_value "$@"
            words+=("$1" "$2")
            shift
            ;;
        *) rest+=("$1") ;;
        esac
        shift
    done
    read_settings logs "${rest[@]}"
    begin_run
    if [ -t 0 ] && [ -t 1 ]; then
        on_host_terminal "$(weightctl_line bin logs "${words[@]}")"
    else
        host_weightctl bin logs "${words[@]}"
    fi
}
