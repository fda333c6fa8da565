# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # names are shared through load.sh
# What is deployed: two programs and the web files, looked at here and on the host before anything depends on them.

# check_programs BINARIES: sets $version.
check_programs() {
    local program machine
    step "looking at the programs in $1"
    machine=$(uname -m)
    for program in weight-api weightctl; do
        verify_static "$1/$program"
        # The kind of machine stands in the ELF header, as 16 bits from byte 18 on.
        program_machine "$1/$program" || fail "$EXIT_FAILED" "$1/$program is for another kind of machine than the host's ${state[machine]}"
    done
    version=$([ "$machine" = "${state[machine]}" ] && "$1/weightctl" --version | awk '{ print $NF }') ||
        fail "$EXIT_FAILED" "$1/weightctl does not run"
    [[ $version =~ ^[0-9A-Za-z.+~-]+$ ]] || fail "$EXIT_FAILED" "$1/weightctl tells no version"
    say "version $version, statically linked, for ${state[machine]}"
}

program_machine() {
    case "${state[machine]} $(file --brief --dereference "$1")" in
    "x86_64 "*x86-64* | "aarch64 "*aarch64*) ;;
    *) return 1 ;;
    esac
}

# upload BINARIES RELEASE: to a name of its own, which becomes the release's when all of it is there.
upload() {
    local stage=$connection/stage
    step "uploading as release $2"
    mkdir -p "$stage"
    cp -- "$1/weight-api" "$1/weightctl" "$stage/"
    cp -- "$REPOSITORY/.htaccess" "$stage/htaccess"
    cp -R -- "$REPOSITORY/public_html" "$stage/public_html"
    # The names are those of the host's shell; the modes are suexec's, whatever this machine's umask is.
    rsync --recursive --compress --chmod=D0755,F0644 -e "${ssh_command[*]}" "$stage/" \
        "${setting[host]}:${setting[private_directory]}/releases/$2.uploading/" || fail "$EXIT_FAILED" "the upload failed"
    host uploaded "$2"
}

# ensure_configuration RELEASE: made once, on the host, with a secret that never leaves it.
ensure_configuration() {
    local release=$1 url
    if [ "${state[configured]:-}" = yes ]; then
        [ -z "$(given_settings)" ] || warn "the WEIGHT_SYNC_ variables given here are not used: the host has its configuration already"
    else
        step "writing the configuration, readable by its owner alone"
        url=${WEIGHT_SYNC_DATABASE_URL:-}
        if [ -z "$url" ]; then
            [ -t 0 ] || fail "$EXIT_USAGE" "the first time WEIGHT_SYNC_DATABASE_URL=mysql://user:password@host:3306/name must be set"
            read -rsp 'URL of the database (mysql://user:password@host:3306/name, not shown): ' url
            say ""
        fi
        # By standard input: arguments can be read by everybody on the host.
        settings_as_lines "$url" | on_host "exec sh -c $(quoted "umask 077; while IFS= read -r line; do export \"\$line\"; done
            exec $(host_path "releases/$release/weightctl") config init --output $(host_path weight-sync.toml)")" >&2 ||
            fail "$EXIT_FAILED" "the configuration could not be written"
    fi
    host_weightctl "releases/$release" config check >&2 || fail "$EXIT_FAILED" "the configuration on the host is not valid"
}

# settings_as_lines DATABASE_URL: the caller's settings over what a host needs.
settings_as_lines() {
    local name
    printf '%s\n' "WEIGHT_SYNC_DATABASE_URL=$1" "WEIGHT_SYNC_SERVER_PUBLIC_URL=${setting[base_url]}" \
        "WEIGHT_SYNC_LOG_FILE=log/requests.log"
    for name in $(given_settings); do
        printf '%s=%s\n' "$name" "${!name}"
    done
}
