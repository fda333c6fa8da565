# shellcheck shell=bash
# The help texts, and those of the commands that need no host; help_host.sh has the others.

load say help_host

# print_help [COMMAND]: of one command, or the list of them.
print_help() {
    case ${1:-help} in
    help | -h | --help) help_all ;;
    *)
        declare -F "help_$1" >/dev/null || fail_usage "unknown command $1 (see --help)"
        "help_$1"
        ;;
    esac
}

help_all() {
    cat <<'TEXT'
deploy.sh: build weight-sync, run it here, deploy it to a shared host.

Here:
  ./deploy.sh local      runs everything on this machine, with a demo user
  ./deploy.sh packages   installs missing packages
  ./deploy.sh build      builds the two static binaries

On a shared host:
  ./deploy.sh push       deploys this working copy
  ./deploy.sh rollback   switches back to an older release
  ./deploy.sh releases   lists the releases on the host
  ./deploy.sh status     shows what is live, and its health
  ./deploy.sh logs       shows or follows the request log
  ./deploy.sh cron       installs, shows or removes the nightly purge
  ./deploy.sh ctl        runs any other command of weightctl there

Each command explains itself: ./deploy.sh push --help

Examples:
  ./deploy.sh local
  ./deploy.sh push me@host.example.org --web weights.example.org --base-url https://weights.example.org

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 something is missing and could not be installed,
            4 the given port is taken.
The runbook for a real host is docs/OPERATIONS.md.
TEXT
}

help_local() {
    cat <<'TEXT'
./deploy.sh local [start] [--detach]: runs everything on this machine.

Installs missing packages, builds the static binaries, starts a private MariaDB and a private Apache on loopback, applies
the migrations, makes a demo user, and prints a token and three curl lines. Runs until Ctrl-C, which stops what it started.

  ./deploy.sh local --detach        the same in the background; the last line is: ready http://127.0.0.1:PORT
  ./deploy.sh local status [--json] whether it runs, and where (exit code 1 when it does not)
  ./deploy.sh local stop            stops Apache, then MariaDB; the data stays

Options:
  --directory DIR      the instance (default .local/instance); the next start uses its data again
  --port N             Apache's port (default: the first free one from 8080)
  --database-port N    MariaDB's port (default: the first free one from 13306)
  --binaries DIR       take weight-api and weightctl from DIR instead of building them

Every WEIGHT_SYNC_<SECTION>_<KEY> in the environment becomes a setting of the instance. With WEIGHT_SYNC_DATABASE_URL no
MariaDB is started.

Examples:
  ./deploy.sh local --port 9000
  WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE=100000 ./deploy.sh local
  WEIGHT_SYNC_DATABASE_URL=mysql://user:password@host:3306/name ./deploy.sh local

Exit codes: 0 done, 1 failed or not running, 2 wrong usage, 3 something is missing and could not be installed,
            4 the given port is taken.
TEXT
}

help_packages() {
    cat <<'TEXT'
./deploy.sh packages [GROUP...]: installs the packages that building and running need, where they are missing.

Debian and Ubuntu only: apt-get, by sudo when not root. Without either it prints the line that root has to run. Starts no
system service.

  bench    also the PHP that cargo bench --bench throughput compares with

Examples:
  ./deploy.sh packages
  ./deploy.sh packages bench

Exit codes: 0 nothing is missing now, 2 unknown group, 3 something could not be installed.
TEXT
}

help_build() {
    cat <<'TEXT'
./deploy.sh build: builds the two static binaries, weight-api and weightctl, below target/musl.

Installs the compiler where it is missing. The compiler's messages are in target/musl/build.log.

  MUSL_TOOLCHAIN=rustup|distribution    which compiler, on a machine that has both

Examples:
  ./deploy.sh build
  MUSL_TOOLCHAIN=rustup ./deploy.sh build

Exit codes: 0 built, 1 the build failed, 3 something is missing and could not be installed.
TEXT
}
