#!/usr/bin/env bash
# The one command of people who run weight-sync; its parts are in deploy.

# Said in a way that every shell reads: sh deploy.sh, and the bash of macOS, come as far as this.
case ${BASH_VERSION:-none} in
none | [0-3].* | 4.[0-3].*)
    printf 'error: deploy.sh needs bash 4.4 or newer, not %s: run ./deploy.sh; on macOS first: brew install bash\n' \
        "${BASH_VERSION:-another shell}" >&2
    exit 3
    ;;
esac
set -euo pipefail

REPOSITORY=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
readonly REPOSITORY

# shellcheck source=deploy/load.sh
source "$REPOSITORY/deploy/load.sh"

main() {
    local command=${1:-help}
    [ $# -eq 0 ] || shift
    case $command in
    local | packages | build | push) need_linux "$command" ;;
    esac
    case $command in
    local) local_command "$@" ;;
    push | rollback | releases | status | logs | cron) "${command}_command" "$@" ;;
    packages)
        no_arguments packages "$@"
        ensure_packages runtime build
        say "everything is there"
        ;;
    build)
        no_arguments build "$@"
        ensure_packages build
        build_binaries
        ;;
    help | -h | --help) print_help ;;
    *) fail "$EXIT_USAGE" "unknown command $command (see --help)" ;;
    esac
}

no_arguments() {
    [ $# -eq 1 ] || fail "$EXIT_USAGE" "$1: unknown argument $2 (see --help)"
}

main "$@"
