# shellcheck shell=bash
# shellcheck disable=SC2034  # names are shared through load.sh
# Which compiler builds the static binaries: rustup's musl target where it is there or can be had, else the
# distribution's own compiler with the standard library built from source.

musl_target="$(uname -m)-unknown-linux-musl"
musl_way=""          # rustup | distribution, once found out
rustup_add_failed="" # the download is tried once a run

# Where a distribution keeps a compiler that is new enough, its source and LLVM's unwinder.
distribution_rustc=""
distribution_cargo=""
distribution_packages=()

find_distribution_compiler() {
    local suffix=-web source=rust-web-src unwind
    [ -z "$distribution_rustc" ] || return 0
    # 19 is the one this was proven with.
    unwind=$(highest_package libunwind-19-dev)
    [ -n "$unwind" ] || unwind=$(highest_package 'libunwind-[0-9]+-dev')
    if [ "$(distribution_id)" = debian ]; then
        # The compiler that Debian keeps recent for its browsers has the plain names.
        distribution_rustc=/usr/bin/rustc
        distribution_cargo=/usr/bin/cargo
    else
        # Ubuntu names its newer compilers after their version.
        suffix=$(highest_package 'rustc-1\.[0-9]+')
        suffix=-${suffix#rustc-}
        [ "$suffix" != - ] || suffix=-1.91
        distribution_rustc=/usr/bin/rustc$suffix
        distribution_cargo=/usr/bin/cargo$suffix
        source=rust$suffix-src
    fi
    distribution_packages=("rustc$suffix" "cargo$suffix" "$source" musl-tools "${unwind:-libunwind-19-dev}")
}

minimum_rust() { sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$REPOSITORY/Cargo.toml"; }

# new_enough RUSTC
new_enough() {
    local have
    have=$("$1" --version 2>/dev/null | awk '{print $2}') || return 1
    [ -n "$have" ] && [ "$(printf '%s\n%s\n' "$(minimum_rust)" "$have" | sort -V | head -n 1)" = "$(minimum_rust)" ]
}

# An installed target is a directory of the tool-chain; no need to ask rustup, which may go to the network.
has_musl_target() {
    local root
    root=$(cd "$REPOSITORY" && rustc --print sysroot 2>/dev/null) || return 1
    new_enough rustc && [ -d "$root/lib/rustlib/$musl_target/lib" ]
}

has_distribution_way() {
    find_distribution_compiler
    [ -x "$distribution_cargo" ] && command -v musl-gcc >/dev/null && new_enough "$distribution_rustc" &&
        [ -f "$(distribution_source)/Cargo.lock" ] && [ -n "$(unwinder)" ]
}

distribution_source() {
    printf '%s/lib/rustlib/src/rust/library' "$("$distribution_rustc" --print sysroot 2>/dev/null)"
}

# LLVM's unwinder: GCC's wants glibc's _dl_find_object, which musl has not.
unwinder() {
    local file
    for file in /usr/lib/llvm-*/lib/libunwind.a; do
        [ -f "$file" ] && printf '%s' "$file" && return 0
    done
    return 0
}

add_musl_target() {
    local said
    [ -z "$rustup_add_failed" ] && command -v rustup >/dev/null && new_enough rustc || return 1
    say "asking rustup for $musl_target"
    said=$(cd "$REPOSITORY" && timeout 120 rustup target add "$musl_target" 2>&1) && return 0
    rustup_add_failed=yes
    say "rustup cannot download it (${said##*$'\n'})"
    say "the standard library will be built from the distribution's source"
    return 1
}

# MUSL_TOOLCHAIN=rustup|distribution overrules, for a machine that has both.
choose_musl_way() {
    [ -z "$musl_way" ] || return 0
    case ${MUSL_TOOLCHAIN:-} in
    rustup | distribution)
        musl_way=$MUSL_TOOLCHAIN
        return 0
        ;;
    "") ;;
    *) fail "$EXIT_USAGE" "MUSL_TOOLCHAIN is rustup or distribution, not $MUSL_TOOLCHAIN" ;;
    esac
    if has_musl_target; then
        musl_way=rustup
    elif has_distribution_way; then
        musl_way=distribution
    elif add_musl_target; then
        musl_way=rustup
    else
        musl_way=distribution
    fi
}
