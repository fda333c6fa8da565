# shellcheck shell=bash
# The packages that this machine must have: tested for without asking the package manager, and installed by apt where
# they are missing. Installing them starts no system service.
#
# Gives ensure_packages; for toolchain.sh also the steps it is made of: find_missing, want, lack, lacks, install_missing.

load say

missing_packages=()

# ensure_packages GROUP...: runtime, push, checks, host, browser, app, databases, python, bench. For building there is
# ensure_build_packages in toolchain.sh.
ensure_packages() {
    find_missing "$@"
    install_missing
}

find_missing() {
    local group
    missing_packages=()
    for group in "$@"; do
        "find_missing_$group"
    done
}

# want PACKAGE TEST...: the package is missing when the test fails.
want() {
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || lack "$package"
}

lack() { missing_packages+=("$@"); }

# lacks PACKAGE: whether it was found missing.
lacks() { [[ " ${missing_packages[*]} " == *" $1 "* ]]; }

find_missing_runtime() {
    want apache2-bin test -x /usr/sbin/apache2
    want libapache2-mod-fcgid test -f /usr/lib/apache2/modules/mod_fcgid.so
    want mariadb-server-core test -x /usr/sbin/mariadbd
    # mariadb-install-db calls my_print_defaults, which is in the client package.
    want mariadb-client-core command -v my_print_defaults
    want curl command -v curl
    want file command -v file
    want util-linux command -v setpriv
}

find_missing_push() {
    want openssh-client command -v ssh
    want rsync command -v rsync
    want curl command -v curl
    want file command -v file
}

find_missing_checks() {
    want shellcheck command -v shellcheck
    # The tests start kill as a program; the shell's builtin does not help them.
    want procps type -P kill
    want git command -v git
    # The tests kill weightctl at its system calls.
    want strace command -v strace
    # The tests check tokens that a PHP backend issued.
    want php-cli command -v php
    # The program must serve nginx too, which keeps its FastCGI connections open.
    want nginx-light test -x /usr/sbin/nginx
    # A rustup tool-chain includes these; Debian has them as packages.
    if [ "$(distribution_id)" = debian ] && ! command -v rustup >/dev/null; then
        want rustfmt-web cargo fmt --version
        want rust-web-clippy cargo clippy --version
    fi
}

# The shared host of the tests: an SSH server that runs as an ordinary program, suexec, a crontab.
find_missing_host() {
    find_missing_push
    want dropbear-bin test -x /usr/sbin/dropbear
    want apache2-suexec-custom test -u /usr/lib/apache2/suexec
    want cron command -v crontab
    want passwd test -x /usr/sbin/useradd
    want hostname command -v hostname
}

# For the tests of the account page. Ubuntu has Chromium as a snap only.
find_missing_browser() {
    [ "$(distribution_id)" = debian ] || return 0
    want chromium command -v chromium
    want chromium-driver command -v chromedriver
}

# app/tool unpacks Dart and Flutter itself; these are the packages that it needs for that.
find_missing_app() {
    command -v flutter >/dev/null || find_missing_databases
}

# To verify packages that are unpacked from Debian. On Ubuntu debootstrap knows a mirror of Debian.
find_missing_databases() {
    want debian-archive-keyring test -r /usr/share/keyrings/debian-archive-keyring.gpg
    [ "$(distribution_id)" = debian ] || want debootstrap test -r /usr/sbin/debootstrap
}

# For the virtual environments of tests/python.sh.
find_missing_python() {
    want python3-venv python3 -c 'import ensurepip, venv'
}

# The PHP that benches/throughput compares with, and strace, which counts system calls.
find_missing_bench() {
    want php-cgi command -v php-cgi
    want php-mysql compgen -G '/usr/lib/php/*/pdo_mysql.so'
    want php-opcache compgen -G '/usr/lib/php/*/opcache.so'
    want libapache2-mod-php compgen -G '/usr/lib/apache2/modules/libphp*.so'
    want strace command -v strace
}

distribution_id() { (. /etc/os-release && printf '%s' "${ID:-unknown}"); }

# highest_package PATTERN: the newest package whose whole name matches; nothing when there is none.
highest_package() {
    apt-cache pkgnames 2>/dev/null | grep -xE "$1" | sort -V | tail -n 1 || true
}

# Debian asks policy-rc.d before it starts a service that a package brings. An existing policy is kept.
# shellcheck disable=SC2016  # expanded by the shell that runs as root
readonly INSTALL_WITHOUT_SERVICES='
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap "rm -f $policy" EXIT
    printf "#!/bin/sh\nexit 101\n" >"$policy"
    chmod 0755 "$policy"
fi
DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 "$@" || exit
# Nor at the next boot.
case " $* " in *" nginx-light "*) update-rc.d nginx disable ;; esac'

install_missing() {
    local as_root=() command
    [ "${#missing_packages[@]}" -gt 0 ] || return 0
    mapfile -t missing_packages < <(printf '%s\n' "${missing_packages[@]}" | sort -u)
    command="apt-get install --yes --no-install-recommends ${missing_packages[*]}"
    command -v apt-get >/dev/null ||
        fail_missing "missing: ${missing_packages[*]} (Debian's names); this machine has no apt-get"
    if [ "$(id -u)" -ne 0 ]; then
        can_sudo || fail_missing "packages are missing, and only root can install them. Run as root: apt-get update && $command"
        as_root=(sudo)
    fi
    step "installing ${missing_packages[*]}"
    "${as_root[@]}" apt-get update --quiet -o Acquire::Retries=3 >&2 || warn "apt-get update failed; trying with the old package lists"
    "${as_root[@]}" sh -c "$INSTALL_WITHOUT_SERVICES" install "${missing_packages[@]}" >&2 ||
        fail_missing "the packages could not be installed. Run this by hand and read its output: $command"
    missing_packages=()
    hash -r
}

# Without a terminal, sudo works only where it asks for no password.
can_sudo() {
    command -v sudo >/dev/null || return 1
    [ -t 0 ] || sudo -n true 2>/dev/null
}
