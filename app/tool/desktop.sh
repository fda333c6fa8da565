#!/usr/bin/env bash
# Runs the screens in a window on a Linux desktop, with Debian's packages of Dart and Flutter (flutter.sh). That program,
# desktop/app, does without plug-ins; app/example is the one for phones and for the `flutter` command.
#
#   desktop.sh build                   compiles it into app/build/desktop
#   desktop.sh run [WIDTH HEIGHT]      runs it until it is closed; builds it first if needed
#   desktop.sh missing                 prints what the machine lacks; nothing if it lacks nothing
#
# WEIGHT_SYNC_SERVER and other variables configure it, see desktop/app/lib/main.dart.
# Debian's engine runs only code compiled ahead of time: no hot reload and no asserts.
set -euo pipefail

HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
OUT=$HERE/../build/desktop
export FLUTTER_DEBIAN=1 FLUTTER_DEBIAN_EXTRA=libflutter-linux-gtk
# A separate cache, since the desktop needs more packages than the tests.
export FLUTTER_DEBIAN_CACHE=${FLUTTER_DESKTOP_CACHE:-${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/weight-sync-flutter-desktop}

missing() {
    command -v cc >/dev/null || echo cc
    "$HERE/flutter.sh" missing
}

build() {
    local package=$HERE/desktop/app engine assets ROOT
    assets=$("$HERE/flutter.sh" bundle "$package")
    ROOT=$("$HERE/flutter.sh" root)
    engine=$(echo "$ROOT"/usr/lib/flutter-engine/linux-*[46])
    rm -rf -- "$OUT"
    mkdir -p "$OUT"
    cp -r -- "$assets" "$OUT/flutter_assets"
    "$ROOT/usr/lib/dart/bin/dartaotruntime" "$engine/frontend_server_aot.dart.snapshot" \
        --sdk-root "$engine/flutter_patched_sdk_product/" --target=flutter --target-os linux --aot --tfa \
        -Ddart.vm.profile=false -Ddart.vm.product=true --verbosity=error --no-print-incremental-dependencies \
        --packages="$package/.dart_tool/package_config.json" --output-dill "$OUT/app.dill" \
        "$package/lib/main.dart" >"$OUT/compile.log" || {
        cat "$OUT/compile.log" >&2
        return 1
    }
    "$engine-release/gen_snapshot" --deterministic --snapshot_kind=app-aot-elf --elf="$OUT/libapp.so" --strip \
        "$OUT/app.dill" 2>/dev/null
    rm "$OUT/app.dill"
    cc -O1 -o "$OUT/runner" "$HERE/desktop/runner.c" -ldl
}

run() {
    local libraries ROOT
    [ -e "$OUT/runner" ] || build
    "$HERE/flutter.sh" setup
    ROOT=$("$HERE/flutter.sh" root)
    libraries=$(echo "$ROOT"/usr/lib/*-linux-gnu)
    export FLUTTER_LINUX_RENDERER=software GDK_BACKEND=x11 GTK_IM_MODULE=gtk-im-context-simple NO_AT_BRIDGE=1
    export XDG_DATA_DIRS=$ROOT/usr/share GIO_MODULE_DIR=/nonexistent GSETTINGS_BACKEND=memory
    # The host's glibc may be older than the libraries need.
    exec "$libraries"/ld-linux-*.so.* --library-path "$libraries" "$OUT/runner" "$OUT/flutter_assets" "$OUT/libapp.so" "$@"
}

case ${1:-help} in
build | missing) "$1" ;;
run)
    shift
    run "$@"
    ;;
*)
    sed -n '2,/^# Debian/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
