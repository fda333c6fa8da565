# shellcheck shell=bash
# shellcheck disable=SC2154  # names are shared through load.sh
# What the machine must have, found out without asking the package manager, and installed by it when missing.
# What is installed starts no system service.

distribution_id() { (. /etc/os-release && printf '%s' "${ID:-unknown}"); }

# The newest package whose whole name matches; empty when there is none.
highest_package() {
    apt-cache pkgnames 2>/dev/null | grep -xE "$1" | sort -V | tail -n 1 || true
}

missing_packages=()

# want PACKAGE TEST...: the package is missing when the test fails.
want() {
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || missing_packages+=("$package")
}

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

find_missing_build() {
    want gcc command -v cc
    want libc6-dev test -f /usr/include/stdlib.h
    want binutils command -v ar
    # ring, below TLS, is C and assembler.
    want musl-tools command -v musl-gcc
    want ca-certificates test -s /etc/ssl/certs/ca-certificates.crt
    # A rustup that is there is asked for a tool-chain later, and told when its own is too old.
    if ! command -v rustup >/dev/null && { ! command -v cargo >/dev/null || ! new_enough rustc; }; then
        find_missing_cargo
    fi
}

find_missing_musl() {
    musl_way=""
    choose_musl_way
    if [ "$musl_way" = distribution ] && ! has_distribution_way; then
        missing_packages+=("${distribution_packages[@]}")
    fi
}

# Debian's "web" packages are the recent compiler it keeps for browsers; Ubuntu has rustup as a package.
find_missing_cargo() {
    if [ "$(distribution_id)" = ubuntu ]; then
        missing_packages+=(rustup)
    else
        missing_packages+=(cargo-web rustc-web)
    fi
}

find_missing_checks() {
    want shellcheck command -v shellcheck
    # What the tests themselves call; the shell's own kill is no program they could start.
    want procps type -P kill
    want git command -v git
    # The tests take tokens of a PHP backend from PHP itself.
    want php-cli command -v php
    # A rustup tool-chain brings these; Debian's compiler has them as packages.
    if [ "$(distribution_id)" = debian ] && ! command -v rustup >/dev/null; then
        want rustfmt-web cargo fmt --version
        want rust-web-clippy cargo clippy --version
    fi
}

# The shared host of the tests: an SSH server that is a program only, suexec, a crontab.
find_missing_host() {
    find_missing_push
    want dropbear-bin test -x /usr/sbin/dropbear
    want apache2-suexec-custom test -u /usr/lib/apache2/suexec
    want cron command -v crontab
    # For a backup by the commands of docs/OPERATIONS.md.
    want mariadb-client command -v mysqldump
    want openssl command -v openssl
    want passwd test -x /usr/sbin/useradd
    want hostname command -v hostname
}

# For the tests of the account page. Ubuntu has Chromium as a snap only.
find_missing_browser() {
    [ "$(distribution_id)" = debian ] || return 0
    want chromium command -v chromium
    want chromium-driver command -v chromedriver
}

# Dart and Flutter themselves are unpacked by app/tool, not installed; here stands what that needs.
find_missing_app() {
    command -v flutter >/dev/null || find_missing_databases
}

# What is unpacked from Debian is checked by its keys, and on Ubuntu debootstrap knows where Debian is to be had.
find_missing_databases() {
    want debian-archive-keyring test -r /usr/share/keyrings/debian-archive-keyring.gpg
    [ "$(distribution_id)" = debian ] || want debootstrap test -r /usr/sbin/debootstrap
}

# For the virtual environment of tests/schemathesis.
find_missing_contract() {
    want python3-venv python3 -c 'import ensurepip, venv'
}

# ensure_packages GROUP...: runtime, build, push, checks, host, browser, app, databases, contract.
ensure_packages() {
    local group
    missing_packages=()
    for group in "$@"; do
        "find_missing_$group"
    done
    case " $* " in
    *" build "*)
        # Where rustup has no say, all is named at once, for somebody who has to ask another for it.
        rustup_expected || find_missing_musl
        install_missing
        ensure_rustup_toolchain
        new_enough rustc || fail "$EXIT_MISSING" "$(too_old rustc)"
        find_missing_musl
        install_missing
        [ "$musl_way" != distribution ] || new_enough "$distribution_rustc" ||
            fail "$EXIT_MISSING" "$(too_old "$distribution_rustc")"
        ;;
    *) install_missing ;;
    esac
}

# It is there or will be, and can bring the musl target itself.
rustup_expected() { command -v rustup >/dev/null || [[ " ${missing_packages[*]} " == *" rustup "* ]]; }

# too_old RUSTC
too_old() {
    printf 'Rust %s or newer is needed; there is %s.' "$(minimum_rust)" "$("$1" --version 2>/dev/null || printf none)"
    if [ "$1" = rustc ] && command -v rustup >/dev/null; then
        printf ' Run: rustup update stable'
    elif [ "$(distribution_id)" = debian ]; then
        printf ' Debian 12 has it among its security updates (the suite bookworm-security in the apt sources).'
    fi
}

# Debian asks this file before it starts what a package brings; one that is there already is left alone.
# shellcheck disable=SC2016  # for the shell that becomes root
readonly INSTALL_WITHOUT_SERVICES='
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap "rm -f $policy" EXIT
    printf "#!/bin/sh\nexit 101\n" >"$policy"
    chmod 0755 "$policy"
fi
DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 "$@"'

install_missing() {
    local as_root=() command
    [ "${#missing_packages[@]}" -gt 0 ] || return 0
    mapfile -t missing_packages < <(printf '%s\n' "${missing_packages[@]}" | sort -u)
    command="apt-get install --yes --no-install-recommends ${missing_packages[*]}"
    command -v apt-get >/dev/null ||
        fail "$EXIT_MISSING" "missing: ${missing_packages[*]} (Debian's names); this machine has no apt-get"
    if [ "$(id -u)" -ne 0 ]; then
        can_sudo || fail "$EXIT_MISSING" "missing packages, and no way to become root here. Run as root: apt-get update && $command"
        as_root=(sudo)
    fi
    step "installing ${missing_packages[*]}"
    "${as_root[@]}" apt-get update --quiet -o Acquire::Retries=3 >&2 || warn "apt-get update failed; trying with the lists that are there"
    "${as_root[@]}" sh -c "$INSTALL_WITHOUT_SERVICES" install "${missing_packages[@]}" >&2 ||
        fail "$EXIT_MISSING" "the packages could not be installed. Run by hand and read what it says: $command"
    missing_packages=()
    hash -r
}

# Without a terminal nobody can type a password.
can_sudo() {
    command -v sudo >/dev/null || return 1
    [ -t 0 ] || sudo -n true 2>/dev/null
}

# Ubuntu's rustup package comes without a tool-chain.
ensure_rustup_toolchain() {
    command -v rustup >/dev/null || return 0
    rustc --version >/dev/null 2>&1 && return 0
    step "fetching a Rust tool-chain with rustup"
    # Without the option, a rustup that came as a package tries to update itself, which it cannot, and says 1.
    rustup toolchain install stable --no-self-update --profile minimal --component clippy --component rustfmt >&2 ||
        fail "$EXIT_MISSING" "rustup could not fetch a tool-chain; Rust $(minimum_rust) or newer is needed"
}
