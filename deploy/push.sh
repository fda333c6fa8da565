# shellcheck shell=bash
# ./deploy.sh push: the steps from this working copy to a live, verified release.

load say help packages toolchain build settings connection release probe smoke live

readonly RELEASES_KEPT=5

push_command() {
    local binaries="" dry_run="" rest=() version release mode=""
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
        *) rest+=("$1") ;;
        esac
        shift
    done
    read_settings push "${rest[@]}"
    if [ -z "$binaries" ]; then
        ensure_build_packages push
        build_binaries
        binaries=$(built_binaries)
    fi
    begin_run
    version=$(check_programs "$binaries")
    if [ -n "$dry_run" ]; then
        release=$(host new_release "$version")
        print_plan "$release"
        return 0
    fi
    keep_settings
    prepare_host
    release=$(host new_release "$version")
    upload "$binaries" "$release"
    host_weightctl "releases/$release" --version >/dev/null || fail "weightctl does not run on the host"
    ensure_configuration "$release"
    choose_mode "$release" mode
    migrate_host "$release"
    check_health "$release" "$version"
    go_live "$release" "$mode" "$version"
    host prune "$RELEASES_KEPT" || warn "old releases could not be removed"
    say "live: $release at $(setting base_url) (back: ./deploy.sh rollback)"
    if [ "$mode" = fcgid ] && [ "$(tested_mode)" = cgi ]; then
        warn "the host runs the program as plain CGI although .htaccess asks for FastCGI: it has no mod_fcgid"
    fi
    run_doctor
}

# print_plan RELEASE
print_plan() {
    local before live configuration
    before=$(state good)
    live=$(state live)
    configuration=$([ "$(state configured)" = yes ] && printf 'keep the configuration' || printf 'write a configuration with fresh secrets')
    say "dry run: nothing is changed. A push would:
  - upload release $1 to $(setting host):$(setting private_directory)/releases
  - $configuration
  - try the release in a directory of its own below $(setting base_url) (mode $(setting mode)), apply missing migrations
  - switch $(setting web_directory) from ${live:-nothing} to it, end the old processes
  - run the smoke test; when that fails, ${before:+return to $before}${before:-leave it, since there is nothing to go back to}
  - keep the last $RELEASES_KEPT releases"
}

prepare_host() {
    local unfinished good
    step "preparing $(setting host)"
    host prepare
    lock_host
    host sweep
    # Read once more: the sweep may have made a release of a program that was installed by hand.
    read_state
    unfinished=$(state switching)
    good=$(state good)
    if [ -n "$unfinished" ]; then
        warn "an earlier run ended before $unfinished had passed its smoke test${good:+; the last release that passed is $good}"
    fi
}

migrate_host() {
    step "applying missing migrations; the program before goes on, since each migration suits it too"
    host_weightctl "releases/$1" migrate >&2 ||
        fail "the migrations failed; what was live is unchanged. To go back to an older release: ./deploy.sh rollback"
}

# check_health RELEASE VERSION: asks the program on the host, before it is live.
check_health() {
    local health
    step "checking the health of $1 on the host"
    health=$(host health "$1" | tr '\r\n' '  ') || true
    [[ $health == *"\"version\":\"$2\""* ]] ||
        fail "the release is not healthy: $health. What was live is unchanged"
}

run_doctor() {
    local code=0
    host_weightctl bin doctor --help >/dev/null 2>&1 || return 0
    step "weightctl doctor"
    host_weightctl bin doctor >&2 || code=$?
    [ "$code" -eq 0 ] || warn "the doctor found a problem; the release stays"
}
