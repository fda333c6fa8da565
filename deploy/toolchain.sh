# shellcheck shell=bash
# The compiler for the static binaries: rustup's musl target where rustup has it or can download it, else the
# distribution's compiler with the standard library built from source.

load say packages

# ensure_build_packages GROUP...: those packages (see packages.sh) and a tool-chain that builds the static binaries.
ensure_build_packages() {
    local way
    find_missing "$@" build
    # Where rustup has no part in it, everything is known at once, and one command installs it all.
    command -v rustup >/dev/null || lacks rustup || find_missing_musl
    install_missing
    ensure_rustup_toolchain
    new_enough rustc || fail_missing "$(too_old rustc)"
    find_missing_musl
    install_missing
    way=$(choose_musl_way)
    [ "$way" = rustup ] || new_enough "$(distribution_rustc)" || fail_missing "$(too_old "$(distribution_rustc)")"
}

find_missing_build() {
    want gcc command -v cc
    want libc6-dev test -f /usr/include/stdlib.h
    want binutils command -v ar
    # ring, which TLS uses, is written in C and assembler.
    want musl-tools command -v musl-gcc
    want ca-certificates test -s /etc/ssl/certs/ca-certificates.crt
    if ! command -v rustup >/dev/null && { ! command -v cargo >/dev/null || ! new_enough rustc; }; then
        # Ubuntu has rustup as a package. Debian's "web" packages are the recent compiler that it keeps for browsers.
        if [ "$(distribution_id)" = ubuntu ]; then lack rustup; else lack cargo-web rustc-web; fi
    fi
}

find_missing_musl() {
    local way packages
    way=$(choose_musl_way)
    if [ "$way" = distribution ] && ! has_distribution_way; then
        mapfile -t packages < <(distribution_packages)
        lack "${packages[@]}"
    fi
}

# Ubuntu's rustup package comes without a tool-chain.
ensure_rustup_toolchain() {
    command -v rustup >/dev/null || return 0
    rustc --version >/dev/null 2>&1 && return 0
    step "downloading a Rust tool-chain with rustup"
    # Without --no-self-update a packaged rustup tries to update itself, cannot, and exits with 1.
    rustup toolchain install stable --no-self-update --profile minimal --component clippy --component rustfmt >&2 ||
        fail_missing "rustup could not download a tool-chain; Rust $(minimum_rust) or newer is needed"
}

musl_target() { printf '%s-unknown-linux-musl' "$(uname -m)"; }

# Prints rustup or distribution. MUSL_TOOLCHAIN overrides the choice on a machine that has both.
choose_musl_way() {
    case ${MUSL_TOOLCHAIN:-} in
    rustup | distribution) printf '%s' "$MUSL_TOOLCHAIN" ;;
    "") if has_musl_target || { ! has_distribution_way && add_musl_target; }; then printf rustup; else printf distribution; fi ;;
    *) fail_usage "MUSL_TOOLCHAIN is rustup or distribution, not $MUSL_TOOLCHAIN" ;;
    esac
}

# Looks into the tool-chain's folder, since asking rustup may go to the network.
has_musl_target() {
    local root
    root=$(cd "$REPOSITORY" && rustc --print sysroot 2>/dev/null) || return 1
    new_enough rustc && [ -d "$root/lib/rustlib/$(musl_target)/lib" ]
}

add_musl_target() {
    local output
    command -v rustup >/dev/null && new_enough rustc || return 1
    say "downloading $(musl_target) with rustup"
    output=$(cd "$REPOSITORY" && timeout 120 rustup target add "$(musl_target)" 2>&1) && return 0
    say "rustup cannot download it (${output##*$'\n'})"
    say "the standard library will be built from the distribution's source"
    return 1
}

has_distribution_way() {
    local rustc
    rustc=$(distribution_rustc)
    [ -x "$(distribution_cargo)" ] && command -v musl-gcc >/dev/null && new_enough "$rustc" &&
        [ -f "$("$rustc" --print sysroot 2>/dev/null)/lib/rustlib/src/rust/library/Cargo.lock" ] && [ -n "$(unwinder)" ]
}

distribution_rustc() { printf '/usr/bin/rustc%s' "$(compiler_suffix)"; }

distribution_cargo() { printf '/usr/bin/cargo%s' "$(compiler_suffix)"; }

# Ubuntu names its newer compilers after their version, as in rustc-1.91; Debian's recent one has the plain name.
compiler_suffix() {
    local newest
    [ "$(distribution_id)" != debian ] || return 0
    newest=$(highest_package 'rustc-1\.[0-9]+')
    newest=${newest:-rustc-1.91}
    printf '%s' "${newest#rustc}"
}

# The compiler, its source and LLVM's unwinder, one package a line.
distribution_packages() {
    local suffix unwind
    suffix=$(compiler_suffix)
    suffix=${suffix:--web}
    # The build was tested with version 19.
    unwind=$(highest_package libunwind-19-dev)
    [ -n "$unwind" ] || unwind=$(highest_package 'libunwind-[0-9]+-dev')
    printf '%s\n' "rustc$suffix" "cargo$suffix" "rust$suffix-src" musl-tools "${unwind:-libunwind-19-dev}"
}

# The path of LLVM's unwinder, or nothing. GCC's needs glibc's _dl_find_object, which musl does not have.
unwinder() {
    local file
    for file in /usr/lib/llvm-*/lib/libunwind.a; do
        [ -f "$file" ] && printf '%s' "$file" && return 0
    done
    return 0
}

minimum_rust() { sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$REPOSITORY/Cargo.toml"; }

# new_enough RUSTC
new_enough() {
    local have
    have=$("$1" --version 2>/dev/null | awk '{print $2}') || return 1
    [ -n "$have" ] && [ "$(printf '%s\n%s\n' "$(minimum_rust)" "$have" | sort -V | head -n 1)" = "$(minimum_rust)" ]
}

# too_old RUSTC: the error message.
too_old() {
    printf 'Rust %s or newer is needed; found: %s.' "$(minimum_rust)" "$("$1" --version 2>/dev/null || printf missing)"
    if [ "$1" = rustc ] && command -v rustup >/dev/null; then
        printf ' Run: rustup update stable'
    elif [ "$(distribution_id)" = debian ]; then
        printf ' Debian 12 has it among its security updates (the suite bookworm-security in the apt sources).'
    fi
}
