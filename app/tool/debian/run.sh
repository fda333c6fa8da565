# shellcheck shell=bash
# shellcheck disable=SC2154  # names are shared through flutter.sh
# Replaces the `flutter` command: prepares a package, compiles it, runs its tests.

# prepare PACKAGE OUT config|app|test [FILE...]
prepare() { "$DART/dartvm" "$ROOT/tool/prepare.dill" "$ROOT" "$@"; }

# compile MAIN OUTPUT CONFIG [OPTION...]
compile() {
    local main=$1 output=$2 config=$3
    shift 3
    "$DART/dartaotruntime" "$ENGINE/frontend_server_aot.dart.snapshot" \
        --sdk-root "$ENGINE/flutter_patched_sdk/" --target=flutter --incremental \
        --no-print-incremental-dependencies --track-creation-locations --verbosity=error --packages="$config" \
        --output-dill "$output" "$@" "$main"
}

debian_dart() {
    # Keep the tools' state in the cache, not in the user's home.
    mkdir -p "$CACHE/home"
    HOME=$CACHE/home DART_SUPPRESS_ANALYTICS=true PUB_CACHE=$CACHE/pub "$DART/dart" "$@"
}

# debian_bundle PACKAGE: builds the asset bundle and prints its folder.
debian_bundle() {
    prepare "$1" "$1/.dart_tool/debian" app
    printf '%s\n' "$1/.dart_tool/debian/flutter_assets"
}

# debian_test PACKAGE [FILE|DIRECTORY...]
debian_test() {
    local app=$1 out config name
    shift
    # A separate folder, so that concurrent runs of one package do not interfere.
    test_run=$(mktemp -d "${TMPDIR:-/tmp}/flutter-run.XXXXXX")
    trap 'rm -rf -- "$test_run"' EXIT
    out=$test_run config=$app/.dart_tool/package_config.json
    mkdir -p "$out/run"
    prepare "$app" "$out" test "$@"
    if ! compile "$out/main.dart" "$out/run/test.dill" "$config" --enable-asserts \
        --initialize-from-dill="$ROOT/base.dill" >"$out/run/compile.log" 2>&1; then
        grep -vE '^(result )?[0-9a-f]{8}-[0-9a-f-]{27}( |$)' "$out/run/compile.log" || true
        printf 'The tests did not compile.\n'
        return 1
    fi
    name=$(cat "$out/name.txt")
    export FLUTTER_TEST=true UNIT_TEST_ASSETS=$out/flutter_assets APP_NAME=$name
    export FT_NAME=${TEST_NAME:-} FT_VERBOSE=${TEST_VERBOSE:-0} FT_UPDATE_GOLDENS=${TEST_UPDATE_GOLDENS:-0}
    export FT_LIMIT=${TEST_SECONDS:-900} FT_FONTS="--use-test-fonts --disable-asset-fonts"
    [ -z "${TEST_REAL_FONTS:-}" ] || FT_FONTS=""
    export FT_OUT=$out FT_TESTER=$ENGINE/flutter_tester FT_CONFIG=$config FT_APP=$app
    # One process per file, so that files do not share bindings, overrides and statics. The result goes to a file, so that
    # a test which ends the process or crashes the engine fails.
    # shellcheck disable=SC2016  # the inner shell expands it
    nl -v0 -w1 -s' ' "$out/suites.txt" | xargs -d '\n' -P"${TEST_JOBS:-$(nproc)}" -n1 bash -c '
        i=${0%% *} file=${0#* } run=$FT_OUT/run
        cd "$FT_APP"
        rc=0
        FT_SUITE=$i FT_FILE=$file FT_RESULT=$run/$i.result timeout -k 10 "$FT_LIMIT" "$FT_TESTER" \
            --disable-vm-service --enable-checked-mode --verify-entry-points --enable-software-rendering \
            --skia-deterministic-rendering --non-interactive $FT_FONTS --flutter-assets-dir="$UNIT_TEST_ASSETS" \
            --packages="$FT_CONFIG" "$run/test.dill" >"$run/$i.log" 2>&1 </dev/null || rc=$?
        if [ ! -s "$run/$i.result" ]; then
            case $rc in
            124 | 137) why="not finished after $FT_LIMIT s" ;;
            *) why="exited early with status $rc" ;;
            esac
            echo "${file#"$FT_APP"/}: FAIL ($why)" >>"$run/$i.log"
            echo "0 1 0" >"$run/$i.result"
        fi
        cat "$run/$i.log"' || true
    cat "$out"/run/*.result | awk '
        { p += $1; f += $2; s += $3 }
        END { print p+0 " passed, " f+0 " failed, " s+0 " skipped"; if (f || !p) exit 1 }'
}
