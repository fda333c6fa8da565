# shellcheck shell=bash
# shellcheck disable=SC2154  # names are shared through load.sh
# The two statically linked binaries.

built_binaries() { printf '%s/target/musl/%s/release' "$REPOSITORY" "$musl_target"; }

build_binaries() {
    local started=$SECONDS
    choose_musl_way
    step "building the static binaries ($musl_way; several minutes the first time)"
    case $musl_way in
    rustup) build_with_rustup ;;
    distribution) build_with_distribution ;;
    esac || fail "$EXIT_FAILED" "the build failed"
    verify_static "$(built_binaries)/weight-api"
    verify_static "$(built_binaries)/weightctl"
    say "built in $((SECONDS - started)) s: $(built_binaries)"
}

cargo_arguments=(build --locked --release --bins --target "$musl_target" --target-dir target/musl)

build_with_rustup() (
    cd "$REPOSITORY" || exit
    if command -v musl-gcc >/dev/null; then
        export "CC_${musl_target//-/_}=musl-gcc"
    fi
    cargo "${cargo_arguments[@]}" </dev/null
)

# The environment is that of this subshell only: the same settings in .cargo/config.toml would break the
# ordinary build.
build_with_distribution() (
    find_distribution_compiler
    cd "$REPOSITORY" || exit
    shim=$REPOSITORY/target/musl/unwind
    make_unwinder "$shim" || exit
    # cargo takes the standard library's source from the compiler it is told to use, but the features of its own.
    export RUSTC_BOOTSTRAP=1 RUSTC="$distribution_rustc" "CC_${musl_target//-/_}=musl-gcc"
    unset RUSTUP_TOOLCHAIN CARGO_ENCODED_RUSTFLAGS
    # The encoded form, since the path may hold spaces.
    CARGO_ENCODED_RUSTFLAGS=$(printf '%s\x1f' -Clinker=musl-gcc -Clink-self-contained=no -Crelocation-model=static)
    CARGO_ENCODED_RUSTFLAGS+="-Lnative=$shim"
    export CARGO_ENCODED_RUSTFLAGS
    "$distribution_cargo" "${cargo_arguments[@]}" -Zbuild-std=std,panic_unwind,panic_abort </dev/null
)

# Debian's libunwind.a is compiled with fortification and calls __fprintf_chk, which musl has not.
make_unwinder() {
    local directory=$1 library
    library=$(unwinder)
    [ -n "$library" ] || fail "$EXIT_MISSING" "no libunwind.a: run ./deploy.sh packages"
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

verify_static() {
    local kind
    [ -x "$1" ] || fail "$EXIT_FAILED" "$1 is missing or cannot be run"
    kind=$(file --brief --dereference "$1")
    case $kind in
    *"statically linked"* | *"static-pie linked"*) ;;
    *) fail "$EXIT_FAILED" "$1 is not statically linked: $kind" ;;
    esac
}
