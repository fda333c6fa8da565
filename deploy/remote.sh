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

# run_by FUNCTION ARGUMENT...: weightctl there, by one of the functions of connection.sh. It has said why where it fails.
run_by() {
    local code=0
    "$@" || code=$?
    check_deployed "$code"
    return "$code"
}

# --json may stand at any place; these two commands read it here.
json_option="" other_arguments=()
take_json_option() {
    local argument
    for argument in "$@"; do
        if [ "$argument" = --json ]; then json_option=--json; else other_arguments+=("$argument"); fi
    done
}

releases_command() {
    take_json_option "$@"
    read_settings releases "${other_arguments[@]}"
    begin_run
    run_by host_weightctl ${json_option:+"$json_option"} release list
}

status_command() {
    local state health code=0
    take_json_option "$@"
    read_settings status "${other_arguments[@]}"
    begin_run
    state=$(host_weightctl ${json_option:+"$json_option"} release state) || code=$?
    [ "$code" -ne "$NO_CONNECTION" ] || fail "no connection to $(setting host)"
    check_deployed "$code"
    health=$(look_at_health)
    if [ -n "$json_option" ]; then
        printf '{"host":"%s","address":"%s","health":%s,"release":%s}\n' "$(setting host)" "$(setting base_url)" \
            "$([[ $health == "{"* ]] && printf '%s' "$health" || printf '"%s"' "$(tr -d '"\\[:cntrl:]' <<<"$health")")" "${state:-null}"
    else
        printf '%-12s %s\n' host "$(setting host)" address "$(setting base_url)" health "$health"
        printf '%s\n' "$state"
    fi
    [ "$code" -eq 0 ] && [[ $health == *'"status":"ok"'* ]]
}

# Prints the program's health, or why there is none.
look_at_health() {
    local health errors
    errors=$(run_file curl)
    if ! health=$(curl --silent --show-error --max-time 45 --write-out '\nstatus %{http_code}' "$(setting base_url)/api/health" 2>"$errors"); then
        printf 'no response: %s' "$(first_error "$errors")"
    elif [[ $health == "{"* ]]; then
        printf '%s' "${health%$'\n'status *}"
    else
        # A page of the web server.
        printf 'not from the program: %s' "$(tail -n 1 <<<"$health")"
    fi
}

cron_command() {
    local action=${1:-}
    case $action in
    install | show | remove) shift ;;
    *) fail_usage "cron install, cron show or cron remove" ;;
    esac
    read_settings "cron $action" "$@"
    begin_run
    run_by host_weightctl cron "$action"
}

# logs: weightctl reads them on the host.
logs_command() {
    local words=() rest=()
    while [ $# -gt 0 ]; do
        case $1 in
        --follow | -f | --pretty) words+=("$1") ;;
        --status=* | --request=* | --since=* | --user=* | --route=* | --slower=* | --lines=*) words+=("$1") ;;
        --status | --request | --since | --user | --route | --slower | --lines | -n)
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

# ctl [OPTION...] ARGUMENT...: weightctl on the host. The options of a host come before the first word for weightctl.
ctl_command() {
    local options=()
    while is_host_option "${1:-}"; do
        options+=("$1")
        if [[ $1 != *=* ]]; then
            need_value "$@"
            options+=("$2")
            shift
        fi
        shift
    done
    [ $# -gt 0 ] || fail_usage "ctl: which command of weightctl? (./deploy.sh ctl help lists them)"
    read_settings ctl "${options[@]}"
    begin_run
    run_on_terminal "$@"
}

# run_on_terminal ARGUMENT...: with a terminal there only where there is one here, so that Ctrl-C reaches the command.
run_on_terminal() {
    local with=host_weightctl
    # What weightctl reads from standard input: the value of a setting, a password.
    case " $* " in *" - "* | *" --password-stdin "*) with=host_weightctl_reading ;; esac
    if [ -t 0 ] && [ -t 1 ]; then
        with=host_weightctl_terminal
    fi
    run_by "$with" "$@"
}
