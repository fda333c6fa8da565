# shellcheck shell=bash
# Further database servers for the tests: Debian's packages of a newer release, unpacked into a cache folder and started
# through the dynamic loader that comes with them. Nothing is installed.

load say

# server_names LIST: prints what was given to --databases, one name or URL a line.
server_names() {
    local name names
    IFS=, read -r -a names <<<"$1"
    [ "$1" != all ] || names=(mysql-9 mariadb-11)
    for name in "${names[@]}"; do
        case $name in
        mysql-9 | mariadb-11 | galera | group-replication | mysql://*) printf '%s\n' "$name" ;;
        *) fail_usage "--databases: $name is not mysql-9, mariadb-11, galera, group-replication, all or a mysql:// URL" ;;
        esac
    done
}

# Where they are unpacked. Servers that root starts run as a user who cannot enter root's home.
server_cache() {
    local cache=${XDG_CACHE_HOME:-${HOME:-}/.cache}
    [ "$(id -u)" -ne 0 ] && [ -n "${HOME:-}" ] || cache=/var/tmp
    printf '%s/weight-sync-databases' "$cache"
}

# server_packages NAME: the Debian release and the packages that hold the server.
server_packages() {
    case $1 in
    mysql-9) printf 'sid mysql-server-core' ;;
    # The client's package has my_print_defaults, which mariadb-install-db calls.
    mariadb-11) printf 'trixie mariadb-server-core mariadb-client-core' ;;
    esac
}

# unpacked_server NAME: prints the folder of the unpacked server. Unpacks it where that has not been done by this version
# of this file.
unpacked_server() {
    local name=$1 cache root stamp packages
    cache=$(server_cache)
    root=$cache/$name
    stamp=$(cksum <"$REPOSITORY/tests/databases.sh")
    read -r -a packages <<<"$(server_packages "$name")"
    mkdir -p "$cache"
    (
        flock 9
        if [ "$(cat "$root/.stamp" 2>/dev/null)" != "$stamp" ]; then
            step "unpacking $name from Debian ${packages[0]}"
            rm -rf -- "$root"
            unpack_server "$root" "${packages[@]}" || exit 1
            printf '%s' "$stamp" >"$root/.stamp"
        fi
    ) 9>"$cache/.lock" || return 1
    printf '%s' "$root"
}

# The mirror that this machine's apt uses for Debian; on Ubuntu the one that debootstrap would use.
debian_mirror() {
    local mirror
    # shellcheck disable=SC2016  # expanded by apt-get
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Label: Debian' 2>/dev/null | head -n 1)
    [ -n "$mirror" ] || mirror=$(sed -n 's/^DEF_MIRROR="\(.*\)"$/\1/p' /usr/sbin/debootstrap 2>/dev/null | head -n 1) || true
    if [ -z "$mirror" ]; then
        warn "apt knows no mirror of Debian here"
        return 1
    fi
    printf '%s' "$mirror"
}

# unpack_server ROOT SUITE PACKAGE...: with a separate apt, which ignores the machine's packages. Every step checks its
# own code, since set -e has no effect in a command whose code is tested.
unpack_server() (
    root=$1 suite=$2
    shift 2
    mirror=$(debian_mirror) || exit 1
    apt=$root/.apt
    mkdir -p "$apt"/{etc/apt.conf.d,etc/preferences.d,state/lists/partial,cache/archives/partial}
    : >"$apt/status"
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$mirror" "$suite" \
        >"$apt/etc/sources.list"
    cat >"$apt/apt.conf" <<CONFIGURATION
Dir "$apt";
Dir::Etc "$apt/etc";
Dir::Etc::sourcelist "$apt/etc/sources.list";
Dir::Etc::sourceparts "-";
Dir::State "$apt/state";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
APT::Architectures { "$(dpkg --print-architecture)"; };
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
Acquire::Retries "3";
CONFIGURATION
    export APT_CONFIG=$apt/apt.conf
    # A mirror that is too slow counts as unavailable.
    timeout 300 apt-get -qq update --error-on=any >&2 || exit 1
    timeout 600 apt-get -qq -y --download-only install "$@" >&2 || exit 1
    for package in "$apt"/cache/archives/*.deb; do
        dpkg-deb --fsys-tarfile "$package" |
            tar -x -C "$root" --keep-directory-symlink --no-same-owner --exclude=./usr/share/doc --exclude=./usr/share/man ||
            exit 1
    done
    rm -rf -- "$apt"
    wrap_programs "$root"
)

# wrap_programs ROOT: replaces each program by a script that starts it through its own loader, since the machine's C
# library is older. "exec -a" keeps the program's name, by which database_stop recognises it.
wrap_programs() {
    local root=$1 program loader
    loader=$(find -L "$root"/usr/lib*/ -maxdepth 2 -name 'ld-linux-*.so.*' | head -n 1)
    for program in usr/sbin/mysqld usr/sbin/mariadbd usr/bin/my_print_defaults usr/bin/resolveip; do
        [ -f "$root/$program" ] || continue
        mv -- "$root/$program" "$root/$program.elf"
        {
            printf '#!/bin/bash\n'
            printf 'exec -a "%s" "%s" --argv0 "%s" --library-path "%s" "%s.elf" "$@"' \
                "${program##*/}" "$loader" "${program##*/}" "$root/usr/lib/$(uname -m)-linux-gnu" "$root/$program"
            program_options "$root" "${program##*/}"
            printf '\n'
        } >"$root/$program"
        chmod 0755 "$root/$program"
    done
}

# program_options ROOT PROGRAM: the options by which a server finds its own files.
program_options() {
    case $2 in
    mysqld)
        printf ' "--basedir=%s" "--lc-messages-dir=%s" "--character-sets-dir=%s" "--plugin-dir=%s" --secure-file-priv=' \
            "$1/usr" "$1/usr/share/mysql" "$1/usr/share/mysql/charsets" "$1/usr/lib/mysql/plugin"
        ;;
    mariadbd)
        printf ' "--basedir=%s" "--lc-messages-dir=%s" "--character-sets-dir=%s" "--plugin-dir=%s"' \
            "$1/usr" "$1/usr/share/mysql" "$1/usr/share/mysql/charsets" "$1/usr/lib/mysql/plugin"
        ;;
    esac
}
