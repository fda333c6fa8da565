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

  ./deploy.sh push [[user@]host]    deploys to a shared host; push --help tells all, also about
                                    rollback, releases, status, logs and cron

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

print_push_help() {
    cat <<'TEXT'
./deploy.sh push: from this working copy to a running service on a host with SSH, Apache and MySQL.

The first time, with the URL of the database from the host's panel:
  export WEIGHT_SYNC_DATABASE_URL='mysql://user:password@mysql.example.org:3306/name'
  ./deploy.sh push me@host.example.org --web weights.example.org --base-url https://weights.example.org
It makes the configuration on the host (every WEIGHT_SYNC_<SECTION>_<KEY> of the environment becomes a setting) and
keeps what was given in the file .deploy. From then on:
  ./deploy.sh push                  builds, uploads, tries it out, migrates, switches, tests through the public URL;
                                    returns by itself to the release before when the test fails. Can be interrupted
                                    at any point and run again. --dry-run says what it would do
  ./deploy.sh rollback [--to ID]    back to the verified release before, or to the one named; migrations stay
  ./deploy.sh releases              what is kept on the host, the newest first
  ./deploy.sh status                what is live, and how it is (exit code 1 when it does not answer well)
  ./deploy.sh logs [--lines N] [--status 409|5xx] [--request ID] [--follow]
                                    the program's log; one JSON object a line unless on a terminal
  ./deploy.sh cron install|show|remove
                                    the nightly purge, in a marked block of the crontab

.deploy holds lines of KEY=value, read by no shell; an option goes before it:
  host               --  (or the argument)  [user@]host
  web_directory      --web                  the site's web directory, relative to the home directory there
  base_url           --base-url             https://HOST of that directory, without a path
  private_directory  --private              default weight-sync; must end so, beside or above the web directory
  port, ssh_options  --port, --ssh-options  for ssh, words parted by spaces (-i ~/.ssh/key does not expand ~)
  mode               --mode                 auto (default): FastCGI, or CGI where that fails; fastcgi; cgi
  --settings FILE    another file than .deploy, for a second host
  --binaries DIR     push only: take weight-api and weightctl from DIR instead of building them
TEXT
}
