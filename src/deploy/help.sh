# shellcheck shell=bash

print_help() {
    cat <<'TEXT'
weight-sync: build it, run it here, look after it.

  ./deploy.sh local                 everything, from nothing: installs what is missing, builds the static
                                    binaries, starts a private MariaDB and a private Apache on loopback,
                                    migrates, makes a demo user, prints a token and three curl lines.
                                    Stays until Ctrl-C, which stops what it started.
  ./deploy.sh local --detach        the same in the background; the last line is: ready http://127.0.0.1:PORT
  ./deploy.sh local status [--json] is it running, and where (exit code 1 when not)
  ./deploy.sh local stop            stops Apache, then MariaDB; the data stays
  ./deploy.sh packages              installs what is missing (apt; sudo when not root)
  ./deploy.sh build                 the two binaries, statically linked, below target/musl

Options of local:
  --directory DIR      the instance (default .local/instance); its data is used again by the next start
  --port N             Apache's port (default: the first free one from 8080)
  --database-port N    MariaDB's port (default: the first free one from 13306)
  --binaries DIR       take weight-api and weightctl from DIR instead of building them

Settings: every WEIGHT_SYNC_<SECTION>_<KEY> of the environment lands in the generated configuration.
  WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE=100000 ./deploy.sh local
  WEIGHT_SYNC_DATABASE_URL=mysql://user:password@host:3306/name ./deploy.sh local     (starts no MariaDB)
  MUSL_TOOLCHAIN=rustup|distribution ./deploy.sh build     which compiler, on a machine that has both

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 something is missing and could not be installed,
            4 the port that was given is taken.
On a real host: docs/OPERATIONS.md.
TEXT
}
