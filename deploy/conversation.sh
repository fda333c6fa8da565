# shellcheck shell=bash
# A run on the host, and the conversation with weightctl release there: it says by lines of JSON what has to be requested
# from outside, and reads what came of it. When the conversation ends without a verified release, the host goes back by
# itself.

load say packages settings connection probe smoke

# How long to wait for the host to go back after an interruption.
readonly GOING_BACK_SECONDS=100

# The process of the conversation while one is going on, and what the host said at its end.
talk_process="" result=""

# Whether the host has begun to work: from then on it says what an interruption leaves.
has_begun=""

# What is said at an interruption before that.
farewell=""

# begin_run [FAREWELL]: connects to the host. From here on the run ends by end_run, whatever ends it.
begin_run() {
    ensure_packages push
    farewell=${1:-}
    trap end_run EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    open_connection
}

end_run() {
    local code=$?
    trap - EXIT
    trap '' INT TERM HUP
    set +e
    end_conversation
    close_connection
    if [ "$code" -gt 128 ] && [ "$code" -ne "$NO_CONNECTION" ] && [ -z "$has_begun" ] && [ -n "$farewell" ]; then
        say "$farewell"
    fi
    if [ "$code" -eq "$NO_CONNECTION" ]; then
        warn "the connection to $(setting host) failed or broke: the same command may be run again"
        code=1
    fi
    exit "$code"
}

# converse COMMAND [FUNCTION]: runs a line on the host and answers it; FUNCTION sends what it reads first. Fails as it
# fails; it has said why.
converse() {
    local from line code=0
    # In a process group of its own: Ctrl-C ends this script, which then ends the conversation and shows what the host
    # says. The coproc's pipes are closed in every other process, so that the host sees the end even after a kill.
    set -m
    coproc host_talk { on_host "$1"; }
    set +m
    # shellcheck disable=SC2154  # set by coproc
    talk_process=$host_talk_PID
    # Of its own, since bash closes the coproc's when it has ended, whether all was read or not.
    exec {from}<&"${host_talk[0]}"
    ${2:-:}
    while IFS= read -r line <&"$from"; do
        answer "$line"
    done
    exec {from}<&-
    wait "$talk_process" || code=$?
    talk_process=""
    case $code in
    0) ;;
    "$NO_CONNECTION")
        warn "the host goes back by itself where the new release was not verified: ./deploy.sh status"
        exit "$code"
        ;;
    126 | 127) fail "weightctl does not run on the host" ;;
    *)
        check_deployed "$code"
        exit 1
        ;;
    esac
}

# tell_host LINE: the host may have ended.
tell_host() {
    local to=${host_talk[1]:-}
    [ -n "$to" ] || return 0
    trap '' PIPE
    { printf '%s\n' "$1" >&"$to"; } 2>/dev/null || true
    trap - PIPE
}

# answer LINE: does what a line of JSON asks for. Anything else is a greeting of the login shell.
answer() {
    case $1 in
    "$BEGINNING") has_begun=yes ;;
    '{"weightctl":"try",'*)
        try_release "$(member path "$1")"
        tell_host "$(try_result)"
        ;;
    '{"weightctl":"test",'*)
        if smoke_test "$1"; then tell_host verified; else tell_host "failed $(smoke_complaint)"; fi
        ;;
    '{"weightctl":"returned",'*)
        expect 200 GET /api/health || warn "$(member release "$1") is back, but its health is not well either: $(smoke_complaint)"
        ;;
    '{"weightctl":"live",'*) result=$1 ;;
    esac
}

# made_live NAME: of the last conversation: release, mode, or back, the release before.
made_live() { member "$1" "$result"; }

# Ends a conversation that was interrupted, and waits until the host has gone back.
end_conversation() {
    local to=${host_talk[1]:-} end=$((SECONDS + GOING_BACK_SECONDS))
    [ -n "$talk_process" ] || return 0
    [ -z "$to" ] || exec {to}>&-
    # Its process group, which set -m has made.
    [ -n "$has_begun" ] || kill -s TERM -- "-$talk_process" 2>/dev/null
    while kill -0 "$talk_process" 2>/dev/null; do
        [ "$SECONDS" -lt "$end" ] || return 0
        sleep 0.1
    done
}

mode_name() { if [ "$1" = fcgid ]; then printf 'FastCGI'; else printf 'CGI'; fi; }
