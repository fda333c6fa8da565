#!/usr/bin/env bash
# Builds, runs and deploys weight-sync; its parts are in deploy/.

# Written so that every shell can parse it: sh deploy.sh and the bash of macOS get as far as this message.
case ${BASH_VERSION:-none} in
none | [0-3].* | 4.[0-3].*)
    printf 'error: deploy.sh needs bash 4.4 or newer, not %s: run ./deploy.sh; on macOS first: brew install bash\n' \
        "${BASH_VERSION:-another shell}" >&2
    exit 3
    ;;
esac
set -euo pipefail
shopt -s inherit_errexit

REPOSITORY=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
readonly REPOSITORY

# shellcheck source=deploy/load.sh
source "$REPOSITORY/deploy/load.sh"
load say help packages toolchain build local push remote

main() {
    local command=${1:-help}
    [ $# -eq 0 ] || shift
    if wants_help "$command" "$@"; then
        print_help "$command"
        return 0
    fi
    case $command in
    local | packages | build | push) need_linux "$command" ;;
    esac
    case $command in
    local) local_command "$@" ;;
    push | rollback | releases | status | logs | cron | ctl) "${command}_command" "$@" ;;
    packages)
        known_groups "$@"
        ensure_build_packages runtime "$@"
        say "no package is missing"
        ;;
    build)
        no_arguments build "$@"
        ensure_build_packages
        build_binaries
        ;;
    help | -h | --help) print_help "$@" ;;
    *) fail_usage "unknown command $command (see --help)" ;;
    esac
}

# wants_help COMMAND ARGUMENT...: behind ctl only the first argument is not weightctl's.
wants_help() {
    local argument arguments=("${@:2}")
    [ "$1" != ctl ] || arguments=("${2:-}")
    for argument in "${arguments[@]}"; do
        case $argument in -h | --help) return 0 ;; esac
    done
    return 1
}

# The static binaries are built and checked with Linux programs.
need_linux() {
    [ "$(uname -s)" = Linux ] ||
        fail_missing "$1 runs on Linux only, and this is $(uname -s): run it in a container or a virtual machine with Debian or Ubuntu. rollback, releases, status, logs, cron and ctl work here"
}

# known_groups GROUP...: fails on a group that packages.sh does not have.
known_groups() {
    local group
    for group in "$@"; do
        declare -F "find_missing_$group" >/dev/null || fail_usage "packages: unknown group $group (see packages --help)"
    done
}

no_arguments() {
    [ $# -eq 1 ] || fail_usage "$1: unknown argument $2 (see $1 --help)"
}

main "$@"
