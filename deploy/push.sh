# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # names are shared through load.sh
# ./deploy.sh push: what is done in which order, and the way back. Up to the switch nothing that is live is touched;
# after it, whatever goes wrong, the release before it comes back.

readonly RELEASES_KEPT=5
# What "switch" says on the host when it has changed nothing.
readonly NOTHING_CHANGED=75
# And ssh, when there is no connection, or none any more.
readonly NO_CONNECTION=255

release="" before="" mode="" switched=""

push_command() {
    local binaries="" dry_run="" version
    while [ $# -gt 0 ]; do
        case $1 in
        --dry-run) dry_run=yes ;;
        --binaries)
            need_value "$@"
            binaries=$2
            shift
            ;;
        -h | --help)
            print_push_help
            return 0
            ;;
        *)
            take_host_option "$@" || fail "$EXIT_USAGE" "push: unknown argument $1 (see push --help)"
            shift "$taken"
            continue
            ;;
        esac
        shift
    done
    if [ -z "$binaries" ]; then
        ensure_packages push build
        build_binaries
        binaries=$(built_binaries)
    fi
    reach_host
    check_programs "$binaries"
    before=${state[good]:-}
    if [ -n "$dry_run" ]; then
        release=$(host new_release "$version")
        tell_plan
        return 0
    fi
    keep_settings "$settings_file"
    prepare_host
    release=$(host new_release "$version")
    upload "$binaries" "$release"
    host_weightctl "releases/$release" --version >/dev/null || fail "$EXIT_FAILED" "weightctl does not run on the host"
    ensure_configuration "$release"
    choose_mode "$release"
    migrate_host
    step "asking $release for its health on the host"
    host health "$release" | grep -q "\"version\":\"$version\"" ||
        fail "$EXIT_FAILED" "the release is not in health: $(host health "$release" | tr '\r\n' '  '). What was live is as it was"
    go_live "$release" "$mode"
    step "smoke test of ${setting[base_url]}"
    if ! smoke_test "$version"; then
        return_to_release_before
        fail "$EXIT_FAILED" "$release did not pass its smoke test"
    fi
    host verified "$release"
    switched=""
    host prune "$RELEASES_KEPT" || warn "old releases could not be removed"
    say "live: $release at ${setting[base_url]} (back: ./deploy.sh rollback)"
    if [ "$mode" = fcgid ] && [ "$smoke_mode" = cgi ]; then
        warn "the host runs the program as plain CGI although .htaccess asks for FastCGI: it has no mod_fcgid"
    fi
    show_doctor
}

prepare_host() {
    step "preparing ${setting[host]}"
    host prepare
    lock_host
    host sweep
    # The sweep may have made a release of a program that was put there by hand.
    read_state
    before=${state[good]:-}
    if [ -n "${state[switching]:-}" ]; then
        warn "an earlier run ended before ${state[switching]} had passed its smoke test${before:+; the last one that passed is $before}"
    fi
}

tell_plan() {
    say "dry run: nothing is changed. This would be done:
  - upload release $release to ${setting[host]}:${setting[private_directory]}/releases
  - $([ "${state[configured]:-}" = yes ] && printf 'keep the configuration' || printf 'write a configuration with fresh secrets')
  - try it in a directory of its own below ${setting[base_url]} (mode ${setting[mode]}), apply missing migrations
  - switch ${setting[web_directory]} from ${state[live]:-nothing} to it, end the old processes
  - smoke test; should it fail, ${before:+return to $before}${before:-leave it, there is nothing to go back to}
  - keep the last $RELEASES_KEPT releases"
}

migrate_host() {
    step "applying missing migrations; what is live goes on, since each suits the program before it"
    host_weightctl "releases/$release" migrate >&2 ||
        fail "$EXIT_FAILED" "the migrations failed; what was live is as it was. To go back to an older release: ./deploy.sh rollback"
}

# go_live RELEASE MODE
go_live() {
    local code=0
    lock_held || fail "$EXIT_FAILED" "the lock on ${setting[host]} is lost: its connection broke. What was live is as it was; run the same again"
    step "switching to $1 ($(mode_name "$2"))"
    switched=yes
    host switch "$1" "$2" || code=$?
    if [ "$code" -eq "$NOTHING_CHANGED" ]; then
        switched=""
        fail "$EXIT_FAILED" "the new files could not be laid beside the old ones, which are live as they were (a full disk, or the account's quota?)"
    fi
    [ "$code" -eq 0 ] || return "$code"
    host end_old 30
}

mode_name() { if [ "$1" = fcgid ]; then printf 'FastCGI'; else printf 'CGI'; fi; }

return_to_release_before() {
    switched=""
    if [ -z "$before" ] || [ "$before" = "$release" ]; then
        warn "there is no release to go back to: $release stays, unverified"
        return 0
    fi
    step "returning to $before"
    # The way in which it was run, which need not be the new one's.
    if ! host switch "$before" "${state[mode]:-$mode}"; then
        warn "$release stays for now, unverified: ./deploy.sh rollback when the cause is mended"
        return 0
    fi
    host end_old 30 || true
    host verified "$before" || true
    if expect 200 GET /api/health; then
        say "$before is live again"
    else
        warn "$before is back, but does not answer as it should either"
    fi
}

# An interruption after the switch goes back; everything before it left what is live alone.
push_ended() {
    local code=$?
    trap - EXIT
    trap '' INT TERM HUP
    set +e
    if [ -n "$connection" ]; then
        [ -z "$probe_name" ] || host probe_end "$probe_name" >/dev/null
        if [ -n "$switched" ]; then
            warn "ended before the smoke test had passed"
            return_to_release_before
        fi
        [ -z "$smoke_user" ] || remove_smoke_users
        close_connection
    fi
    case $code in
    "$NO_CONNECTION")
        warn "the connection to ${setting[host]} broke, or could not be made: the same command may be run again"
        code=$EXIT_FAILED
        ;;
    esac
    exit "$code"
}

show_doctor() {
    local code=0
    host_weightctl bin doctor --help >/dev/null 2>&1 || return 0
    step "weightctl doctor"
    host_weightctl bin doctor >&2 || code=$?
    [ "$code" -eq 0 ] || warn "the doctor found something to mend; the release stays"
}
