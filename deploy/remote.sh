# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # names are shared through load.sh
# The smaller commands for a host, and the options that all of them share.

settings_file="" taken=0

# take_host_option ARGUMENT...: sets $taken to how many were used; fails on one that is none of these.
take_host_option() {
    taken=2
    case $1 in
    --*=*)
        take_host_option "${1%%=*}" "${1#*=}" || return 1
        taken=1
        ;;
    --settings | --web | --private | --base-url | --port | --ssh-options | --mode)
        need_value "$@"
        case $1 in
        --settings) settings_file=$2 ;;
        --web) setting[web_directory]=$2 ;;
        --private) setting[private_directory]=$2 ;;
        --base-url) setting[base_url]=$2 ;;
        --ssh-options) setting[ssh_options]=$2 ;;
        --port) setting[port]=$2 ;;
        --mode) setting[mode]=$2 ;;
        esac
        ;;
    -*) return 1 ;;
    *)
        [ -z "${setting[host]:-}" ] || return 1
        setting[host]=$1
        taken=1
        ;;
    esac
}

# reach_host: settings, connection, and what is there. From here on an end of any kind cleans up.
reach_host() {
    settings_file=${settings_file:-$REPOSITORY/.deploy}
    load_settings "$settings_file"
    check_settings "$settings_file"
    ensure_packages push
    trap push_ended EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    open_connection
    read_state
    [ -z "${state[missing]:-}" ] || fail "$EXIT_MISSING" "the host lacks: ${state[missing]}"
}

# only_host_options COMMAND ARGUMENT...: for commands that have no options of their own.
only_host_options() {
    local command=$1
    shift
    while [ $# -gt 0 ]; do
        take_host_option "$@" || fail "$EXIT_USAGE" "$command: unknown argument $1 (see push --help)"
        shift "$taken"
    done
    reach_host
}

# rollback [--to RELEASE]: the programs and web files of an older release; the database keeps its newer tables.
rollback_command() {
    local target="" rest=()
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
    only_host_options rollback ${rest[@]+"${rest[@]}"}
    lock_host
    # Looked at again behind the lock.
    read_state
    if [ -z "$target" ]; then
        target=${state[back]:-}
        [ "${target:-none}" != "${state[switching]:-}" ] || say "the way back to $target was interrupted: it is finished first"
    fi
    [ -n "$target" ] || fail "$EXIT_FAILED" "there is no verified release older than ${state[live]:-the live one}"
    before=${state[good]:-} release=$target mode=${state[mode]:-fcgid}
    host sweep
    go_live "$target" "$mode"
    step "smoke test of ${setting[base_url]}"
    if ! smoke_test "${target%-*}"; then
        return_to_release_before
        fail "$EXIT_FAILED" "$target did not pass its smoke test"
    fi
    host verified "$target"
    switched=""
    say "live: $target at ${setting[base_url]}"
}

releases_command() {
    only_host_options releases "$@"
    host releases
}

status_command() {
    local health
    only_host_options status "$@"
    health=$(curl --silent --show-error --max-time 45 "${setting[base_url]}/api/health" 2>&1) || true
    printf '%-12s %s\n' host "${setting[host]}" address "${setting[base_url]}" live "${state[live]:-nothing}" \
        mode "$(mode_name "${state[mode]:-fcgid}")" health "$health" processes "$(host processes)" \
        migrations "$(host migrations)" cron "$(host cron_show 2>/dev/null | grep -v '^#' || printf 'not installed')"
    [ -z "${state[switching]:-}" ] || printf '%-12s %s\n' unfinished "the switch to ${state[switching]} was not verified: push again, or rollback (to ${state[back]:-nothing yet})"
    [[ $health == *'"status":"ok"'* ]]
}

cron_command() {
    local action=${1:-}
    case $action in
    install | show | remove) shift ;;
    *) fail "$EXIT_USAGE" "cron install, cron show or cron remove" ;;
    esac
    only_host_options "cron $action" "$@"
    case $action in
    install)
        host cron_install
        say "installed; every other line of the crontab is as it was:"
        host cron_show
        ;;
    remove)
        host cron_remove
        say "the block of weight-sync is not in the crontab (any more)"
        ;;
    show) host cron_show || fail "$EXIT_FAILED" "nothing of weight-sync is in the crontab: ./deploy.sh cron install" ;;
    esac
}

# logs: weightctl reads them on the host; here it is only given a terminal where there is one, so that Ctrl-C reaches it.
logs_command() {
    local command word words=()
    while [ $# -gt 0 ]; do
        case $1 in
        --follow | -f | --pretty | --status=* | --request=* | --lines=*)
            words+=("$1")
            shift
            ;;
        --status | --request | --lines | -n)
            need_value "$@"
            words+=("$1" "$2")
            shift 2
            ;;
        *)
            take_host_option "$@" || fail "$EXIT_USAGE" "logs: unknown argument $1 (see push --help)"
            shift "$taken"
            ;;
        esac
    done
    reach_host
    if [ -t 0 ] && [ -t 1 ]; then
        ssh_command+=(-tt)
        command="exec $(host_path bin/weightctl) --config $(host_path weight-sync.toml) logs"
        for word in ${words[@]+"${words[@]}"}; do
            command+=" $(quoted "$word")"
        done
        on_host "$command"
    else
        host_weightctl bin logs ${words[@]+"${words[@]}"}
    fi
}
