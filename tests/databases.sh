# shellcheck shell=bash
# shellcheck disable=SC2154  # names are shared through load.sh
# Further database servers for the tests, out of Debian's packages of a newer release: unpacked into a folder of their
# own and started through the dynamic loader that they bring along. Nothing is installed. For tests/run only.

readonly FURTHER_DATABASES=(mysql-9 mariadb-11)

# further_names LIST: one a line, from what --databases was given.
further_names() {
    local name names
    IFS=, read -r -a names <<<"$1"
    [ "$1" != all ] || names=("${FURTHER_DATABASES[@]}")
    for name in "${names[@]}"; do
        case $name in
        mysql-9 | mariadb-11 | mysql://*) printf '%s\n' "$name" ;;
        *) fail "$EXIT_USAGE" "--databases: $name is none of ${FURTHER_DATABASES[*]}, and no mysql:// URL" ;;
        esac
    done
}

# Where they are unpacked, once. Started by root they run as somebody who cannot look into root's home.
further_cache() {
    local cache=${XDG_CACHE_HOME:-${HOME:-}/.cache}
    [ "$(id -u)" -ne 0 ] && [ -n "${HOME:-}" ] || cache=/var/tmp
    printf '%s/weight-sync-databases' "$cache"
}

# The Debian release and the packages that hold a server.
further_source() {
    case $1 in
    mysql-9) printf 'sid mysql-server-core' ;;
    # The client's package has what makes the system tables.
    mariadb-11) printf 'trixie mariadb-server-core mariadb-client-core' ;;
    esac
}

# further_get NAME: unpacks a server and prints its folder. Whoever has been here before finds it there.
further_get() {
    local name=$1 root suite packages
    read -r suite packages <<<"$(further_source "$name")"
    root=$(further_cache)/$name
    mkdir -p "$(further_cache)"
    (
        flock 9
        if [ "$(cat "$root/.stamp" 2>/dev/null)" != "$suite $packages" ]; then
            step "unpacking $name from Debian $suite"
            rm -rf -- "$root"
            # shellcheck disable=SC2086  # a list of packages
            further_unpack "$root" "$suite" $packages || exit 1
            printf '%s' "$suite $packages" >"$root/.stamp"
        fi
    ) 9>"$(further_cache)/.lock" || return 1
    printf '%s' "$root"
}

# The mirror that this host's apt uses for Debian itself; on Ubuntu the one that debootstrap would use.
debian_mirror() {
    local mirror
    # shellcheck disable=SC2016  # apt-get fills it in
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Label: Debian' 2>/dev/null | head -n 1)
    [ -n "$mirror" ] || mirror=$(sed -n 's/^DEF_MIRROR="\(.*\)"$/\1/p' /usr/sbin/debootstrap 2>/dev/null | head -n 1) || true
    if [ -z "$mirror" ]; then
        warn "apt knows no mirror of Debian here"
        return 1
    fi
    printf '%s' "$mirror"
}

# further_unpack ROOT SUITE PACKAGE...: with an apt of its own, which knows nothing of the host's packages. Each step
# says for itself that it failed: whoever asks for the code of all has switched set -e off.
further_unpack() (
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
    # A mirror that only trickles is as good as none.
    timeout 300 apt-get -qq update --error-on=any >&2 || exit 1
    timeout 600 apt-get -qq -y --download-only install "$@" >&2 || exit 1
    for package in "$apt"/cache/archives/*.deb; do
        dpkg-deb --fsys-tarfile "$package" |
            tar -x -C "$root" --keep-directory-symlink --no-same-owner --exclude=./usr/share/doc --exclude=./usr/share/man ||
            exit 1
    done
    rm -rf -- "$apt"
    further_wrap "$root"
)

# Each program becomes a script that starts it through its own loader: the host's C library is older.
further_wrap() {
    local root=$1 program loader
    loader=$(find -L "$root"/usr/lib*/ -maxdepth 2 -name 'ld-linux-*.so.*' | head -n 1)
    for program in usr/sbin/mysqld usr/sbin/mariadbd usr/bin/my_print_defaults usr/bin/resolveip; do
        [ -f "$root/$program" ] || continue
        mv -- "$root/$program" "$root/$program.elf"
        {
            printf '#!/bin/sh\n'
            printf 'exec "%s" --argv0 "%s" --library-path "%s" "%s.elf" "$@"' \
                "$loader" "${program##*/}" "$root/usr/lib/$(uname -m)-linux-gnu" "$root/$program"
            further_options "$root" "${program##*/}"
            printf '\n'
        } >"$root/$program"
        chmod 0755 "$root/$program"
    done
}

# What a server needs to find its own parts.
further_options() {
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

# further_start NAME DIRECTORY: an administrator's server in that folder; prints its URL. What is tested with it is
# what differs between servers, so that durability is left out.
further_start() {
    local name=$1 directory=$2 root port password program pid options=()
    root=$(further_get "$name") || return 1
    prepare_database_directory "$directory"
    password=$(random_password)
    (umask 077 && account_sql root "$password" 'ALL PRIVILEGES' '*.*' | sed '/^GRANT/s/;$/ WITH GRANT OPTION;/' >"$directory/accounts.sql")
    own_by_instance "$directory"
    case $name in
    mysql-9)
        program=$root/usr/sbin/mysqld
        run_quietly "$directory/install.log" as_instance "$program" --no-defaults --initialize-insecure \
            --datadir="$directory/data" --tmpdir="$directory/tmp" || return 1
        # As DreamHost's MySQL 8.0 is set up.
        options=("${DATABASE_OPTIONS[@]}" --mysqlx=OFF --skip-log-bin)
        ;;
    mariadb-11)
        program=$root/usr/sbin/mariadbd
        run_quietly "$directory/install.log" as_instance "$root/usr/bin/mariadb-install-db" --no-defaults \
            --basedir="$root/usr" --datadir="$directory/data" --tmpdir="$directory/tmp" \
            --skip-test-db --skip-name-resolve || return 1
        # With its own defaults, strict and in four-byte characters.
        ;;
    esac
    lock_ports
    port=$(choose_port "$name" "" 13600)
    as_instance setsid "$program" --no-defaults --datadir="$directory/data" --socket="$(socket_directory "$directory")/sock" \
        --pid-file="$directory/server.pid" --log-error="$directory/error.log" --tmpdir="$directory/tmp" \
        --bind-address=127.0.0.1 --port="$port" --skip-name-resolve --init-file="$directory/accounts.sql" \
        --innodb-flush-log-at-trx-commit=2 "${TEST_DATABASE_OPTIONS[@]}" "${options[@]}" \
        </dev/null >/dev/null 2>&1 8<&- 9>&- &
    pid=$!
    disown "$pid"
    if ! wait_for 180 further_answers "$pid" "$directory/server.pid" || process_gone "$pid"; then
        tail -n 15 -- "$directory/error.log" >&2
        return 1
    fi
    unlock_ports
    printf 'mysql://root:%s@127.0.0.1:%s' "$password" "$port"
}

# It writes the file when it listens, or has ended without.
further_answers() { [ -s "$2" ] || process_gone "$1"; }

further_stop() {
    local pid
    pid=$(read_pid "$1/server.pid") || return 0
    say "stopping the server in $1 ($pid)"
    end_process "$pid" 60
}
