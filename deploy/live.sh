# shellcheck shell=bash
# What is live on the host: a run's connection and its end, the switch to a release, and the way back when its smoke test
# fails. Up to the switch nothing live is touched; after it, whatever goes wrong, the release before is live again.

load say packages settings connection probe smoke

# The exit code of "host switch" when it has changed nothing, and that of ssh when there is no connection.
readonly NOTHING_CHANGED=75 NO_CONNECTION=255

# The release that was switched to and has not passed its smoke test yet.
unverified=""

# Connects to the host and reads its state. From here on the run ends by end_run, whatever ends it.
begin_run() {
    ensure_packages push
    trap end_run EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    open_connection
    read_state
    [ -z "$(state missing)" ] || fail_missing "the host lacks: $(state missing)"
}

# An interruption after the switch goes back.
end_run() {
    local code=$?
    trap - EXIT
    trap '' INT TERM HUP
    set +e
    end_probe
    if [ -n "$unverified" ]; then
        warn "ended before the smoke test had passed"
        return_to_release_before
    fi
    end_smoke_test
    close_connection
    if [ "$code" -eq "$NO_CONNECTION" ]; then
        warn "the connection to $(setting host) failed or broke: the same command may be run again"
        code=1
    fi
    exit "$code"
}

# go_live RELEASE MODE VERSION: switches, tests, and marks the release as verified, or goes back and fails. Needs the lock.
go_live() {
    local release=$1 mode=$2 version=$3 code=0
    lock_held || fail "the lock on $(setting host) is lost: its connection broke. What was live is unchanged; run the same command again"
    step "switching to $release ($(mode_name "$mode"))"
    unverified=$release
    host switch "$release" "$mode" || code=$?
    if [ "$code" -eq "$NOTHING_CHANGED" ]; then
        unverified=""
        fail "the new files could not be written beside the old ones, which are live unchanged (a full disk, or the account's quota?)"
    fi
    [ "$code" -eq 0 ] || exit "$code"
    host end_old 30
    step "smoke test of $(setting base_url)"
    if ! smoke_test "$version"; then
        return_to_release_before
        fail "$release did not pass its smoke test"
    fi
    host verified "$release"
    unverified=""
}

return_to_release_before() {
    local release=$unverified before
    before=$(state good)
    unverified=""
    if [ -z "$before" ] || [ "$before" = "$release" ]; then
        warn "there is no release to go back to: $release stays, unverified"
        return 0
    fi
    step "returning to $before"
    # In its own mode, which may differ from the new one's.
    if ! host switch "$before" "$(live_mode)"; then
        warn "$release stays for now, unverified: run ./deploy.sh rollback when the cause is removed"
        return 0
    fi
    host end_old 30 || true
    host verified "$before" || true
    if expect 200 GET /api/health; then
        say "$before is live again"
    else
        warn "$before is back, but its health is not well either"
    fi
}

# The mode that was live at the last read_state.
live_mode() {
    local mode
    mode=$(state mode)
    printf '%s' "${mode:-fcgid}"
}

mode_name() { if [ "$1" = fcgid ]; then printf 'FastCGI'; else printf 'CGI'; fi; }
