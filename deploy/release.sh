# shellcheck shell=bash
# A release: two programs and the web files. Checks them here and uploads them.

load say build configuration settings connection

# check_programs BINARIES: fails where the host could not run them; prints their version.
check_programs() {
    local program version machine
    machine=$(saw machine)
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

# The name of an upload. It becomes a release, with a name of the host's, when everything has arrived.
upload_name() { printf '%s-%s.uploading' "$$" "$RANDOM$RANDOM"; }

# upload BINARIES NAME
upload() {
    local stage kib free
    stage=$(run_file stage)
    mkdir -p "$stage"
    cp -- "$1/weight-api" "$1/weightctl" "$stage/"
    cp -- "$REPOSITORY/.htaccess" "$stage/htaccess"
    cp -R -- "$REPOSITORY/public_html" "$stage/public_html"
    # Whatever the umask here is. suexec refuses what the group may write.
    chmod -R u=rwX,go=rX "$stage"
    chmod 0755 "$stage/weight-api" "$stage/weightctl"
    kib=$(du -sk -- "$stage" | cut -f 1)
    free=$(saw free_kib)
    if [[ $free =~ ^[0-9]+$ ]] && [ "$free" -lt "$kib" ]; then
        fail "the disk of $(setting host) is full: the upload needs $((kib / 1024 + 1)) MiB, and $((free / 1024)) MiB are free. $(full_disk)"
    fi
    step "uploading version $("$1/weightctl" --version | awk '{ print $2 }'), $((kib / 1024 + 1)) MiB"
    if ! copy_to_host "$stage" "releases/$2" "$(saw live)"; then
        remove_from_host "releases/$2"
        fail "the upload failed; what was live is unchanged. If the disk is full: $(full_disk)"
    fi
}

full_disk() { printf 'old releases can be removed: ./deploy.sh ctl release prune --keep 2'; }
