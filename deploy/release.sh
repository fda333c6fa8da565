# shellcheck shell=bash
# A release: two programs and the web files. Checks them here, uploads them, and writes the configuration on the host.

load say build configuration settings connection

# check_programs BINARIES: fails where the host could not run them; prints their version.
check_programs() {
    local program version machine
    machine=$(state machine)
    step "checking the programs in $1"
    for program in weight-api weightctl; do
        verify_static "$1/$program"
        is_for_machine "$machine" "$1/$program" || fail "$1/$program is built for another machine than the host's $machine"
    done
    version=$([ "$machine" = "$(uname -m)" ] && "$1/weightctl" --version | awk '{ print $2 }') ||
        fail "$1/weightctl does not run"
    [[ $version =~ ^[0-9A-Za-z.+~-]+$ ]] || fail "$1/weightctl prints no version"
    say "version $version, statically linked, for $machine"
    printf '%s' "$version"
}

# is_for_machine MACHINE PROGRAM
is_for_machine() {
    case "$1 $(file --brief --dereference "$2")" in
    "x86_64 "*x86-64* | "aarch64 "*aarch64*) ;;
    *) return 1 ;;
    esac
}

# upload BINARIES RELEASE: under another name, which becomes the release's when everything has arrived.
upload() {
    local stage
    stage=$(run_file stage)
    step "uploading as release $2"
    mkdir -p "$stage"
    cp -- "$1/weight-api" "$1/weightctl" "$stage/"
    cp -- "$REPOSITORY/.htaccess" "$stage/htaccess"
    cp -R -- "$REPOSITORY/public_html" "$stage/public_html"
    copy_to_host "$stage" "releases/$2.uploading" || fail "the upload failed"
    host uploaded "$2"
}

# ensure_configuration RELEASE: writes it once, on the host, with a secret that never leaves the host.
ensure_configuration() {
    local release=$1 url
    if [ "$(state configured)" = yes ]; then
        [ -z "$(given_settings)" ] || warn "the host has its configuration already: the WEIGHT_SYNC_ variables given here are ignored"
    else
        step "writing the configuration, readable by its owner only"
        url=${WEIGHT_SYNC_DATABASE_URL:-}
        if [ -z "$url" ]; then
            [ -t 0 ] || fail_usage "the first time WEIGHT_SYNC_DATABASE_URL=mysql://user:password@host:3306/name must be set"
            read -rsp 'URL of the database (mysql://user:password@host:3306/name, not shown): ' url
            say ""
        fi
        # Over stdin, since every user of the host can read the arguments of a process.
        settings_as_lines "$url" | on_host "exec sh -c $(quoted "umask 077; while IFS= read -r line; do export \"\$line\"; done
            exec $(host_path "releases/$release/weightctl") config init --output $(host_path weight-sync.toml)")" >&2 ||
            fail "the configuration could not be written"
    fi
    host_weightctl "releases/$release" config check >&2 || fail "the configuration on the host is not valid"
}

# settings_as_lines DATABASE_URL: what a host needs, then the caller's settings, which override it.
settings_as_lines() {
    local name
    printf '%s\n' "WEIGHT_SYNC_DATABASE_URL=$1" "WEIGHT_SYNC_SERVER_PUBLIC_URL=$(setting base_url)" \
        "WEIGHT_SYNC_LOG_FILE=log/requests.log"
    for name in $(given_settings); do
        printf '%s=%s\n' "$name" "${!name}"
    done
}
