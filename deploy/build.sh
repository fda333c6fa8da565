# shellcheck shell=bash
# Builds the two statically linked binaries, weight-api and weightctl.

load say toolchain

# The folder that the build writes to.
built_binaries() { printf '%s/target/musl/%s/release' "$REPOSITORY" "$(musl_target)"; }

build_binaries() {
    local started=$SECONDS way log
    way=$(choose_musl_way)
    log=$REPOSITORY/target/musl/build.log
    step "building with the $way compiler; every message is in $log"
    mkdir -p "$(dirname "$log")"
    if ! "build_with_$way" 2>&1 | show_build "$log" "$(crates_of_build "$way")"; then
        tail -n 40 -- "$log" >&2
        fail "the build failed: the end of $log is above"
    fi
    verify_static "$(built_binaries)/weight-api"
    verify_static "$(built_binaries)/weightctl"
    say "built in $((SECONDS - started)) s: $(built_binaries)"
}

# show_build LOG TOTAL: keeps cargo's messages and shows how far it is: on a terminal one line that changes, else one a
# minute. What was built before is not compiled again, so the total is the most.
show_build() {
    local line crates=0 shown=$SECONDS
    while IFS= read -r line; do
        printf '%s\n' "$line" >&3
        [[ $line == *Compiling* ]] || continue
        crates=$((crates + 1))
        if [ -t 2 ]; then
            printf '\r    %d of at most %d crates, %d s ' "$crates" "$2" "$SECONDS" >&2
        elif [ $((SECONDS - shown)) -ge 60 ]; then
            shown=$SECONDS
            say "    $crates of at most $2 crates"
        fi
    done 3>"$1"
    [ ! -t 2 ] || [ "$crates" -eq 0 ] || printf '\n' >&2
}

# crates_of_build WAY: how many crates the programs consist of; the distribution's compiler also builds the standard
# library, of some 20.
crates_of_build() {
    local cargo=cargo more=0
    if [ "$1" = distribution ]; then
        cargo=$(distribution_cargo) more=20
    fi
    echo $(($(cd "$REPOSITORY" && "$cargo" tree --locked --edges normal,build --target "$(musl_target)" --prefix none 2>/dev/null | sort -u | wc -l) + more))
}

build_with_rustup() (
    cd "$REPOSITORY" || exit
    if command -v musl-gcc >/dev/null; then
        export "$(c_compiler_variable)=musl-gcc"
    fi
    cargo_build cargo
)

# Sets the environment of this subshell only: the same settings in .cargo/config.toml would break the ordinary build.
build_with_distribution() (
    cd "$REPOSITORY" || exit
    shim=$REPOSITORY/target/musl/unwind
    make_unwinder "$shim" || exit
    # cargo takes the source of the standard library from RUSTC, but its features from the cargo that runs.
    RUSTC=$(distribution_rustc)
    export RUSTC RUSTC_BOOTSTRAP=1 "$(c_compiler_variable)=musl-gcc"
    unset RUSTUP_TOOLCHAIN CARGO_ENCODED_RUSTFLAGS
    # The encoded form, since the path may hold spaces.
    CARGO_ENCODED_RUSTFLAGS=$(printf '%s\x1f' -Clinker=musl-gcc -Clink-self-contained=no -Crelocation-model=static)
    CARGO_ENCODED_RUSTFLAGS+="-Lnative=$shim"
    export CARGO_ENCODED_RUSTFLAGS
    cargo_build "$(distribution_cargo)" -Zbuild-std=std,panic_unwind,panic_abort
)

# The version with the commit, as weightctl --version shows it.
build_name() {
    local version commit
    version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
    commit=$(git describe --always --dirty --abbrev=12 --exclude '*' 2>/dev/null) || commit=""
    printf '%s%s' "$version" "${commit:+ ($commit)}"
}

# cargo_build CARGO [OPTION...]
cargo_build() {
    local cargo=$1
    shift
    WEIGHT_SYNC_BUILD=$(build_name)
    export WEIGHT_SYNC_BUILD
    "$cargo" build --locked --release --bins --target "$(musl_target)" --target-dir target/musl "$@" </dev/null
}

# The name of the variable that names the C compiler for the target, for crates that compile C.
c_compiler_variable() { printf 'CC_%s' "$(musl_target | tr - _)"; }

# make_unwinder FOLDER: copies LLVM's libunwind.a there with the one function that musl lacks. Debian compiles it with
# fortification, so that it calls __fprintf_chk.
make_unwinder() {
    local directory=$1 library
    library=$(unwinder)
    [ -n "$library" ] || fail_missing "no libunwind.a: run ./deploy.sh packages"
    [ ! -f "$directory/libunwind.a" ] || [ "$library" -nt "$directory/libunwind.a" ] || return 0
    mkdir -p "$directory"
    cat >"$directory/fortify.c" <<'C'
#include <stdarg.h>
#include <stdio.h>
int __fprintf_chk(FILE *stream, int flag, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int written = vfprintf(stream, format, arguments);
    va_end(arguments);
    (void)flag;
    return written;
}
C
    musl-gcc -O2 -c "$directory/fortify.c" -o "$directory/fortify.o" &&
        cp "$library" "$directory/libunwind.a.new" &&
        ar r "$directory/libunwind.a.new" "$directory/fortify.o" &&
        mv "$directory/libunwind.a.new" "$directory/libunwind.a"
}

# verify_static PROGRAM: fails where it is dynamically linked and so would not run on the host.
verify_static() {
    local kind
    [ -x "$1" ] || fail "$1 is missing or not executable"
    kind=$(file --brief --dereference "$1")
    case $kind in
    *"statically linked"* | *"static-pie linked"*) ;;
    *) fail "$1 is not statically linked: $kind" ;;
    esac
}
