# shellcheck shell=sh
# Releases: releases/VERSION-TIME with the programs, the web files and a file "verified" once a smoke test has passed.
# The file "live" names the one in the web directory, "switching" the one whose switch has not been verified yet, "mode"
# says how the program runs: fcgid or cgi.

# Newest first, by the time in the name, since versions do not sort as text.
release_names() {
    [ -d "$releases" ] || return 0
    for release in "$releases"/*-[0-9]*Z; do
        [ ! -d "$release" ] || printf '%s %s\n' "${release##*-}" "${release##*/}"
    done | sort -r | cut -d ' ' -f 2
}

is_verified() { [ -n "$1" ] && [ -f "$releases/$1/verified" ]; }

# older_verified ID: the newest verified release that is older, for the way back.
older_verified() {
    release_names | while read -r name; do
        if is_verified "$name" && expr "${name##*-}" \< "${1##*-}" >/dev/null; then
            printf '%s' "$name"
            break
        fi
    done
}

# host_new_release VERSION: prints a name for a new release. Its time is the host's, and later than that of every other
# release, since names are ordered by it: a push may follow another one within a second.
host_new_release() {
    newest=$(release_names | head -n 1)
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        time=$(date -u +%Y%m%dT%H%M%SZ)
        if expr "$time" \> "${newest##*-}" >/dev/null; then
            printf '%s\n' "$1-$time"
            return 0
        fi
        sleep 1
    done
    refuse "the release $newest is from the future: the clock here says $time. Correct it, or remove $releases/$newest"
}

# Prints KEY=value lines: machine, live, good (the release to return to should a push fail), switching, mode, back (the
# target of a rollback), configured, and missing for each program that the host lacks.
host_state() {
    live=$(read_word "$private/live")
    switching=$(read_word "$private/switching")
    if [ -z "$live" ] || is_verified "$live"; then
        good=$live
    else
        good=$(older_verified "$live")
    fi
    if is_verified "$switching"; then
        # A rollback was interrupted: repeat it instead of going one release further.
        back=$switching
    elif [ -n "$switching" ] && [ "$switching" != "$live" ]; then
        # A push was interrupted while it renamed files.
        back=$good
    else
        back=$(older_verified "${live:-0}")
    fi
    printf '%s=%s\n' machine "$(uname -m)" live "$live" good "$good" switching "$switching" \
        mode "$(read_word "$private/mode")" back "$back"
    [ ! -f "$config" ] || printf 'configured=yes\n'
    for tool in rsync flock readlink sort cmp; do
        command -v "$tool" >/dev/null 2>&1 || printf 'missing=%s\n' "$tool"
    done
}

host_migrations() {
    [ ! -x "$private/bin/weightctl" ] || "$private/bin/weightctl" --config "$config" migrate --status 2>&1 || true
}

host_prepare() {
    mkdir -p "$web"
    [ ! -d "$web/api" ] || refuse "$web/api is a directory, and the program's file has that name: move it away first"
    # suexec answers 500 for a group-writable directory, and the reason is in a log that customers cannot read.
    chmod go-w "$web"
    (umask 077 && mkdir -p "$private")
    chmod 0700 "$private"
    mkdir -p "$private/bin" "$releases"
    web=$(cd "$web" && pwd -P)
    case $(cd "$private" && pwd -P)/ in
    "$web"/*) refuse "$private lies inside the web directory: its secrets could be fetched" ;;
    esac
}

# Removes what an interrupted run left: unfinished uploads and probes, and files that were laid and not taken.
host_sweep() {
    remove_laid
    for leftover in "$releases"/*.uploading "$web"/weight-sync-probe-*; do
        [ -d "$leftover" ] || continue
        tell "removing what an interrupted run left: $leftover"
        end_processes 5 "$(processes_of "$leftover/api")"
        rm -rf "$leftover"
    done
    adopt
}

# Makes a release of a program that was installed by hand, so that there is one to go back to.
adopt() {
    [ -f "$web/api" ] && [ -z "$(read_word "$private/live")" ] || return 0
    # An interrupted first push: this program has never been tested.
    [ -z "$(read_word "$private/switching")" ] || return 0
    name=$(host_new_release adopted)
    tell "keeping the program that is there as release $name"
    mkdir -p "$releases/$name.uploading/public_html"
    cp "$web/api" "$releases/$name.uploading/weight-api"
    [ ! -f "$private/bin/weightctl" ] || cp "$private/bin/weightctl" "$releases/$name.uploading/weightctl"
    [ ! -f "$web/.htaccess" ] || cp "$web/.htaccess" "$releases/$name.uploading/htaccess"
    : >"$releases/$name.uploading/verified"
    mv "$releases/$name.uploading" "$releases/$name"
    lay_word "$private/live" "$name"
    take "$private/live"
}

# host_uploaded ID: makes the complete upload a release.
host_uploaded() {
    [ ! -e "$releases/$1" ] || refuse "there is a release $1 already"
    chmod 0755 "$releases/$1.uploading/weight-api" "$releases/$1.uploading/weightctl"
    mv "$releases/$1.uploading" "$releases/$1"
}

host_verified() {
    : >"$releases/$1/verified"
    rm -f "$private/switching"
    # The program's name before it became "api". Until here it was the way back.
    end_processes 5 "$(processes_of "$web/weight-api.fcgi")"
    rm -f "$web/weight-api.fcgi"
}

# host_prune KEEP: removes the oldest releases, but never the live one nor the one to go back to.
host_prune() {
    live=$(read_word "$private/live")
    older=$(older_verified "$live")
    release_names | tail -n "+$(($1 + 1))" | while read -r name; do
        case $name in "$live" | "$older") continue ;; esac
        tell "removing the old release $name"
        rm -rf "${releases:?}/$name"
    done
}

host_releases() {
    live=$(read_word "$private/live")
    release_names | while read -r name; do
        state=unverified
        [ ! -f "$releases/$name/verified" ] || state=verified
        [ "$name" != "$live" ] || state="$state, live"
        printf '%-40s %s\n' "$name" "$state"
    done
}
