#!/usr/bin/env bash
# The one command of people who run weight-sync; its parts are in src/deploy.
set -euo pipefail

REPOSITORY=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
readonly REPOSITORY

# shellcheck source=src/deploy/load.sh
source "$REPOSITORY/src/deploy/load.sh"

main() {
    local command=${1:-help}
    [ $# -eq 0 ] || shift
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
