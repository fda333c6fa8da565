# shellcheck shell=bash
# ./deploy.sh push: the steps from this working copy to a live, verified release.

load say packages toolchain build settings connection release conversation

readonly URL_FORM=mysql://user:password@host:3306/name
readonly PASSWORD_FORM="in the password write @ as %40, # as %23, / as %2F, % as %25"
readonly URL_PATTERN='^mysql://([^@/?#%]|%[0-9A-Fa-f]{2})+@[^@/?#]+/[^@#]+$'

# The URL that goes to the host; empty where its configuration stays as it is.
database_url=""

push_command() {
    local binaries="" dry_run="" reconfigure="" rest=() version upload options back
    while [ $# -gt 0 ]; do
        case $1 in
        --dry-run) dry_run=yes ;;
        --reconfigure) reconfigure=yes ;;
        --binaries)
            need_value "$@"
            binaries=$2
            shift
            ;;
        *) rest+=("$1") ;;
        esac
        shift
    done
    read_settings push "${rest[@]}"
    begin_run "interrupted; what was live is unchanged"
    look_at_host
    check_host
    database_url=${WEIGHT_SYNC_DATABASE_URL:-}
    [ -n "$dry_run" ] || need_database_url "$reconfigure"
    if [ -z "$binaries" ]; then
        ensure_build_packages push
        build_binaries
        binaries=$(built_binaries)
    fi
    version=$(check_programs "$binaries")
    if [ -n "$dry_run" ]; then
        print_plan "$version" "$reconfigure"
        return 0
    fi
    upload=$(upload_name)
    upload "$binaries" "$upload"
    keep_first_settings
    options=(--web "$(setting web_directory)" --base-url "$(setting base_url)" --mode "$(setting mode)")
    [ -z "$reconfigure" ] || options+=(--reconfigure)
    converse "$(weightctl_line "releases/$upload" release begin "${options[@]}")" send_settings
    keep_settings
    back=$(made_live back)
    say "live: $(made_live release) at $(setting base_url)${back:+ (back, to $back: ./deploy.sh rollback)}"
    if [ "$(made_live mode)" = fcgid ] && [ "$(tested_mode)" = cgi ]; then
        warn "the host runs the program as plain CGI although .htaccess asks for FastCGI: it has no mod_fcgid"
    fi
    run_doctor
}

# What can be refused before anything is built.
check_host() {
    [ -n "$(saw rsync)" ] || fail_missing "the host lacks rsync"
    [ -n "$(saw web)" ] ||
        fail "there is no directory $(setting web_directory) on $(setting host). The host's panel makes it with the site: check --web, or make it there with mkdir -p"
}

# need_database_url RECONFIGURE: asks for it on a terminal where the host needs it and it is not given.
need_database_url() {
    local settings
    settings=$(given_settings)
    if [ "$(saw configured)" = yes ] && { [ -z "$1" ] || [ -n "$settings$database_url" ] || is_given base_url; }; then
        return 0
    fi
    if [ -z "$database_url" ]; then
        [ -t 0 ] || fail_usage "WEIGHT_SYNC_DATABASE_URL=$URL_FORM must be set: the host has no configuration yet, or you want another one"
        read -rsp "URL of the database ($URL_FORM; $PASSWORD_FORM; not shown): " database_url || fail_usage "no URL was given"
        say ""
    fi
    [[ $database_url =~ $URL_PATTERN ]] || fail_usage "the URL of the database must be $URL_FORM; $PASSWORD_FORM"
}

# Over stdin, since every user of the host can read the arguments of a process.
send_settings() {
    local name
    for name in $(given_settings); do
        tell_host "$name=${!name}"
    done
    [ -z "$database_url" ] || tell_host "WEIGHT_SYNC_DATABASE_URL=$database_url"
    tell_host ""
}

# print_plan VERSION RECONFIGURE
print_plan() {
    local state="" live good names configuration="write a configuration with fresh secrets"
    if [ -n "$(saw deployed)" ]; then
        state=$(host_weightctl --json release state) || true
    fi
    live=$(member live "$state")
    good=$(member good "$state")
    if [ -n "$(saw configured)" ]; then
        configuration="keep the configuration"
        names=$(given_settings | tr '\n' ' ')
        # Where it is not set, it would be asked for.
        [ -n "$names" ] && [ -z "$database_url" ] || names+=WEIGHT_SYNC_DATABASE_URL
        [ -z "$2" ] || configuration="change ${names% } in the configuration"
    fi
    say "dry run: nothing is changed. A push would:
  - upload version $1 as a new release to $(setting host):$(setting private_directory)/releases
  - connect to the database and $configuration
  - try the release in a directory of its own below $(setting base_url) (mode $(setting mode)), apply missing migrations
  - switch $(setting web_directory) from ${live:-nothing} to it, end the old processes
  - run the smoke test; when that fails, $([ -n "$good" ] && printf 'return to %s' "$good" || printf 'leave it, since there is nothing to go back to')
  - keep the last five verified releases"
}

run_doctor() {
    local code=0
    step "weightctl doctor"
    host_weightctl doctor --quiet >&2 || code=$?
    [ "$code" -eq 0 ] || warn "the doctor found a problem; the release stays"
}
