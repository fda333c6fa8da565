# shellcheck shell=bash
# shellcheck disable=SC2154  # names are shared through flutter.sh
# Unpacks Debian's packages of Dart and Flutter into a cache folder, to run with their own dynamic loader. Installs
# nothing and needs neither root nor chroot, only bash, apt-get, dpkg-deb and Debian's archive keyring.

readonly KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
SUITE=${FLUTTER_DEBIAN_SUITE:-sid}
PACKAGES=(
    dart-sdk flutter flutter-test flutter-tester flutter-patched-sdk
    flutter-engine-tools flutter-localizations flutter-goldens
    dart-async dart-collection dart-crypto dart-intl dart-meta dart-path
    fonts-roboto-unhinted fonts-material-design-icons-iconfont
)
# Additional Debian packages to unpack; desktop.sh uses it.
read -ra EXTRA_PACKAGES <<<"${FLUTTER_DEBIAN_EXTRA:-}"

# Prints what the machine lacks to use Debian's packages; nothing if it lacks nothing.
missing_for_debian_way() {
    local tool
    for tool in apt-get dpkg-deb tar flock timeout; do
        command -v "$tool" >/dev/null || printf '%s ' "$tool"
    done
    [ -r "$KEYRING" ] || printf 'debian-archive-keyring '
    case $(uname -m) in x86_64 | aarch64) ;; *) printf 'a-64-bit-machine ' ;; esac
    [ -s "$ROOT/.stamp" ] || [ -n "$(mirror)" ] || printf 'debootstrap(or FLUTTER_DEBIAN_MIRROR) '
}

# Prints the Debian mirror that this machine uses.
mirror() {
    local uri=${FLUTTER_DEBIAN_MIRROR:-}
    # shellcheck disable=SC2016  # apt expands it
    [ -n "$uri" ] || uri=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Label: Debian' 2>/dev/null | head -n 1) || true
    # Before the first apt-get update only the sources name it.
    [ -n "$uri" ] || uri=$(grep -rhoE '(https?|file|copy):[^ ]*/debian/?( |$)' \
        /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | head -n 1) || true
    # On Ubuntu apt has no Debian mirror, but debootstrap knows one.
    [ -n "$uri" ] || uri=$(sed -n 's/^DEF_MIRROR="\(.*\)"$/\1/p' /usr/sbin/debootstrap 2>/dev/null | head -n 1) || true
    uri=${uri%% *}
    printf '%s' "${uri%/}"
}

# Prints a hash of everything the cache is made from; the cache is reused while it is the same. The mirror is not
# part of it, since the packages are signed.
stamp() {
    {
        printf '%s ' "$SUITE" "${PACKAGES[@]}" "${EXTRA_PACKAGES[@]}"
        cat "$HERE"/debian/{setup.sh,*.dart,*.in}
    } | sha256sum | cut -d' ' -f1
}

is_set_up() { [ "$(cat "$ROOT/.stamp" 2>/dev/null)" = "$(stamp)" ]; }

set_up() {
    is_set_up && return 0
    mkdir -p "$CACHE"
    exec 9>"$CACHE/.lock"
    flock 9
    if ! is_set_up; then
        local began=$SECONDS
        printf 'app/tool: unpacking Flutter from Debian %s into %s\n' "$SUITE" "$CACHE" >&2
        rm -rf -- "$ROOT"
        mkdir -p "$ROOT"
        fetch_packages
        wrap_programs
        compile_tools
        compile_shaders
        compile_framework
        stamp >"$ROOT/.stamp"
        printf 'app/tool: ready in %s s\n' "$((SECONDS - began))" >&2
    fi
    flock -u 9
}

fetch_packages() {
    local apt=$CACHE/apt
    rm -rf -- "$apt"
    mkdir -p "$apt"/{etc/apt.conf.d,etc/preferences.d,state/lists/partial,cache/archives/partial}
    : >"$apt/status"
    printf 'deb [signed-by=%s] %s %s main\n' "$KEYRING" "$(mirror)" "$SUITE" >"$apt/etc/sources.list"
    # Check-Valid-Until: a mirror may be out of date; the signature is checked anyway.
    cat >"$apt/apt.conf" <<TEXT
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
TEXT
    APT_CONFIG=$apt/apt.conf apt-get -qq update >&2
    APT_CONFIG=$apt/apt.conf apt-get -qq -y --download-only install "${PACKAGES[@]}" "${EXTRA_PACKAGES[@]}" >&2
    # shellcheck disable=SC2016  # the inner shell expands it
    find "$apt/cache/archives" -name '*.deb' -print0 | ROOT=$ROOT xargs -0 -n1 -P"$(nproc)" bash -c '
        set -eo pipefail
        dpkg-deb --fsys-tarfile "$0" | tar -x -C "$ROOT" --keep-directory-symlink --no-same-owner \
            --exclude=./usr/share/doc --exclude=./usr/share/man --exclude=./usr/share/locale \
            --exclude="*.sym" --exclude="./usr/lib/dart/bin/dartaotruntime_*san"'
    find "$apt/cache/archives" -name '*.deb' -printf '%f\n' | sort >"$ROOT/packages.txt"
    rm -rf -- "$apt"
}

# The programs would use the machine's dynamic loader and libc, which may be too old. Replaces each by a script that
# starts it with the unpacked loader.
wrap_programs() {
    local program triple loader
    loader=$(find "$ROOT"/usr/lib64 "$ROOT"/usr/lib -maxdepth 1 -name 'ld-linux-*.so.*' 2>/dev/null | head -n 1)
    loader=$(readlink -f "$loader")
    triple=$(basename "$(dirname "$loader")")
    for program in "$DART"/{dart,dartvm,dartaotruntime} "$ENGINE"/{flutter_tester,impellerc,gen_snapshot} \
        "$ENGINE-release/gen_snapshot"; do
        mv "$program" "${program%/*}/.${program##*/}.elf"
        cat >"$program" <<TEXT
#!/bin/sh
program=\$(readlink -f "\$0") || exit 127
root=\${program%/usr/lib/*}
exec "\$root/usr/lib/$triple/$(basename "$loader")" --argv0 "\$program" --library-path "\$root/usr/lib/$triple" \\
    "\${program%/*}/.\${program##*/}.elf" "\$@"
TEXT
        chmod +x "$program"
    done
}

compile_tools() {
    local tool
    mkdir -p "$ROOT/tool"
    for tool in prepare material_icons; do
        "$DART/dart" compile kernel -o "$ROOT/tool/$tool.dill" "$HERE/debian/$tool.dart" >/dev/null
    done
    cp "$HERE/debian/main.dart.in" "$ROOT/tool/"
    "$DART/dartvm" "$ROOT/tool/material_icons.dill" "$ROOT" "$ROOT/MaterialIcons-Regular.ttf" >&2
}

# Material 3 draws a shader on every tap.
compile_shaders() {
    local shader
    mkdir -p "$ROOT/shaders"
    for shader in "$ROOT"/usr/share/dart/packages/flutter/lib/src/material/shaders/*.frag; do
        "$ENGINE/impellerc" --sksl --runtime-stage-gles --runtime-stage-gles3 --runtime-stage-vulkan --iplr \
            --sl="$ROOT/shaders/${shader##*/}" --spirv="$ROOT/x.spirv" --input="$shader" --input-type=frag \
            --include="${shader%/*}" --include="$ENGINE/shader_lib"
    done
}

# Compiles the framework once, so that a test run compiles only the package's own files.
compile_framework() {
    local base=$ROOT/base
    mkdir -p "$base/test"
    printf 'name: base\nenvironment:\n  sdk: ^3.10.0\n' >"$base/pubspec.yaml"
    {
        printf "import 'package:flutter/%s.dart';\n" cupertino material widgets services
        printf "import 'package:%s.dart';\n" flutter_test/flutter_test flutter_localizations/flutter_localizations
        printf 'void main() {}\n'
    } >"$base/test/base_test.dart"
    prepare "$base" "$base/out" test
    compile "$base/out/main.dart" "$ROOT/base.dill" "$base/.dart_tool/package_config.json" >"$ROOT/base.log" || {
        cat "$ROOT/base.log" >&2
        return 1
    }
    # The compiler reuses a compiled library if its source is older than the result. With the time of the newest packaged
    # file, the result is reused for packaged files only.
    touch -d "@$(find "$ROOT/usr/share/dart/packages" -name '*.dart' -printf '%T@\n' | sort -n | tail -n 1)" "$ROOT/base.dill"
}
