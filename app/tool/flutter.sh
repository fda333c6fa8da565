#!/usr/bin/env bash
# Checks a Flutter package with the machine's `flutter` command, or else with Debian's packages of Dart and Flutter,
# unpacked into a cache folder (debian/setup.sh).
#
#   flutter.sh setup                         prepares the tools
#   flutter.sh analyze [PACKAGE]             dart analyze --fatal-infos
#   flutter.sh format [PACKAGE]              fails if a file would change
#   flutter.sh rewrite [PACKAGE]             sorts imports and formats the files
#   flutter.sh test [PACKAGE [FILE|DIR...]]  runs tests (default: PACKAGE/test)
#   flutter.sh web [PACKAGE]               compiles test_web/program, the package without its widgets, to JavaScript
#   flutter.sh browser [PACKAGE]           also runs test_web, which needs Chromium and WEIGHT_SYNC_TEST_BINARIES
#   flutter.sh words                         generates lib/l10n/generated from the texts in lib/l10n/arb
#   flutter.sh bundle [PACKAGE]              Debian's packages only: builds the asset bundle, prints its folder
#   flutter.sh root                        Debian's packages only: prints the folder they are unpacked to
#   flutter.sh missing                       prints what the machine lacks; nothing if it can run the checks
#
# PACKAGE defaults to app/. Environment: TEST_NAME (regular expression), TEST_JOBS, TEST_SECONDS (limit for one file),
# TEST_VERBOSE=1, TEST_UPDATE_GOLDENS=1, TEST_REAL_FONTS=1; FLUTTER_DEBIAN_CACHE, _MIRROR, _SUITE, _EXTRA, and
# FLUTTER_DEBIAN=1 to use Debian's packages even if there is a `flutter` command.
# Exit code: 0 success, 1 failure, 2 wrong usage, 3 the machine lacks something.
set -euo pipefail

HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
CACHE=${FLUTTER_DEBIAN_CACHE:-${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/weight-sync-flutter}
# shellcheck source=app/tool/debian/run.sh
source "$HERE/debian/run.sh"
# shellcheck source=app/tool/debian/setup.sh
source "$HERE/debian/setup.sh"

# One folder for each version of the tools: checkouts side by side share a cache.
ROOT=$CACHE/root-$(stamp | cut -c 1-12)
# shellcheck disable=SC2034  # used by the sourced files
DART=$ROOT/usr/lib/dart/bin
ENGINE=$ROOT/usr/lib/flutter-engine/linux-x64
# shellcheck disable=SC2034
[ "$(uname -m)" != aarch64 ] || ENGINE=$ROOT/usr/lib/flutter-engine/linux-arm64

usage() {
    sed -n '2,/^# Exit/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
}

has_flutter() { [ -z "${FLUTTER_DEBIAN:-}" ] && command -v flutter >/dev/null; }

missing() { has_flutter || missing_for_debian_way; }

with_flutter() {
    local app=$1
    shift
    cd "$app"
    flutter pub get >/dev/null
    "$@"
}

run_flutter() {
    local command=$1 app=$2
    shift 2
    case $command in
    setup) ;;
    analyze)
        [ ! -d "$app/plugins" ] || (cd "$app/plugins" && flutter pub get >/dev/null)
        with_flutter "$app" dart analyze --fatal-infos
        ;;
    format) with_flutter "$app" dart format --output=none --set-exit-if-changed . ;;
    rewrite) with_flutter "$app" dart format . ;;
    words) dart "$HERE/words.dart" ;;
    web) with_flutter "$app/test_web/program" compile_for_browsers "$app" dart compile js ;;
    test) with_flutter "$app" flutter test --timeout=600s ${TEST_NAME:+--name "$TEST_NAME"} "$@" ;;
    *) usage ;;
    esac
}

# compile_for_browsers PACKAGE COMPILER...
compile_for_browsers() {
    mkdir -p "$1/build/web"
    "${@:2}" -o "$1/build/web/main.js" "$1/test_web/program/lib/main.dart"
}

run_debian() {
    local command=$1 app=$2 package
    shift 2
    set_up
    case $command in
    setup) return 0 ;;
    test) debian_test "$app" "$@" ;;
    words) debian_dart "$HERE/words.dart" ;;
    root) printf '%s\n' "$ROOT" ;;
    web)
        prepare "$app/test_web/program" "$app/.dart_tool/web" config
        # "dart compile js" looks for the platform beside the dynamic loader.
        compile_for_browsers "$app" "$DART/dartaotruntime" "$DART/snapshots/dart2js_aot.dart.snapshot" --invoker=dart_cli \
            --platform-binaries="$DART/../lib/_internal" --packages="$app/test_web/program/.dart_tool/package_config.json"
        ;;
    bundle) debian_bundle "$app" ;;
    analyze | format | rewrite)
        # The packages below have dependencies of their own.
        for package in "$app" "$app/plugins" "$app/example" "$app/test_web/program" "$app/tool/desktop/app"; do
            [ ! -f "$package/pubspec.yaml" ] || prepare "$package" "$package/.dart_tool/debian" config
        done
        cd "$app"
        case $command in
        analyze) debian_dart analyze --fatal-infos ;;
        format) debian_dart format --output=none --set-exit-if-changed . ;;
        rewrite) debian_dart fix --apply --code=directives_ordering >/dev/null && debian_dart format . ;;
        esac
        ;;
    *) usage ;;
    esac
}

main() {
    [ $# -ge 1 ] || usage
    local command=$1 app lacking
    shift
    lacking=$(missing)
    if [ "$command" = missing ]; then
        printf '%s\n' "$lacking"
        return 0
    fi
    if [ -n "$lacking" ]; then
        printf 'app/tool: this machine lacks: %s\n' "$lacking" >&2
        return 3
    fi
    app=$(cd -- "${1:-$HERE/..}" && pwd -P)
    [ $# -eq 0 ] || shift
    if [ "$command" = browser ]; then
        run web "$app"
        run test "$app" test_web
    else
        run "$command" "$app" "$@"
    fi
}

# In a subshell, since it changes the folder.
run() (
    if has_flutter; then
        run_flutter "$@"
    else
        run_debian "$@"
    fi
)

main "$@"
