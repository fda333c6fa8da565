# shellcheck shell=bash
# The smaller commands for a host: rollback, releases, status, cron, logs, and any command of weightctl.

load say settings connection conversation

# rollback [--to RELEASE]: the programs and web files of an older release; the database keeps its newer tables.
rollback_command() {
    local target=() rest=()
    while [ $# -gt 0 ]; do
        if [ "$1" = --to ]; then
            need_value "$@"
            target=("$2")
            shift
        else
            rest+=("$1")
        fi
        shift
    done
    read_settings rollback "${rest[@]}"
    begin_run "interrupted; what was live is unchanged"
    look_at_host
    [ -n "$(saw deployed)" ] || check_deployed "$NOT_DEPLOYED"
    converse "$(weightctl_line bin release to "${target[@]}")"
    say "live: $(made_live release) at $(setting base_url)"
}

# run_on_host ARGUMENT...: weightctl there. It has said why where it fails.
run_on_host() {
    local code=0
    host_weightctl "$@" || code=$?
    check_deployed "$code"
    return "$code"
}

releases_command() {
    local json=()
    if [ "${1:-}" = --json ]; then
        json=(--json)
        shift
    fi
    read_settings releases "$@"
    begin_run
    run_on_host "${json[@]}" release list
}

status_command() {
    local state health code=0
    read_settings status "$@"
    begin_run
    state=$(host_weightctl release state) || code=$?
    [ "$code" -ne "$NO_CONNECTION" ] || fail "no connection to $(setting host)"
    check_deployed "$code"
    health=$(curl --silent --show-error --max-time 45 --write-out '\nstatus %{http_code}' "$(setting base_url)/api/health" 2>&1) || true
    if [[ $health == "{"* ]]; then
        health=${health%$'\n'status *}
    else
        # A page of the web server.
        health="not from the program: $(printf '%s' "$health" | tail -n 1)"
    fi
    printf '%-12s %s\n' host "$(setting host)" address "$(setting base_url)" health "$health"
    printf '%s\n' "$state"
    [ "$code" -eq 0 ] && [[ $health == *'"status":"ok"'* ]]
}

cron_command() {
    local action=${1:-}
    case $action in
    install | show | remove) shift ;;
    *) fail_usage "cron install, cron show or cron remove" ;;
    esac
    read_settings "cron $action" "$@"
    begin_run
    run_on_host cron "$action"
}

# logs: weightctl reads them on the host.
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
    run_on_terminal logs "${words[@]}"
}

# ctl [--settings FILE] ARGUMENT...: weightctl on the host.
ctl_command() {
    local file=()
    if [ "${1:-}" = --settings ]; then
        need_value "$@"
        file=(--settings "$2")
        shift 2
    fi
    [ $# -gt 0 ] || fail_usage "ctl: which command of weightctl? (./deploy.sh ctl help lists them)"
    read_settings ctl "${file[@]}"
    begin_run
    run_on_terminal "$@"
}

# run_on_terminal ARGUMENT...: with a terminal there only where there is one here, so that Ctrl-C reaches the command.
run_on_terminal() {
    local code=0
    if [ -t 0 ] && [ -t 1 ]; then
        host_weightctl_terminal "$@" || code=$?
        check_deployed "$code"
        return "$code"
    fi
    run_on_host "$@"
}
