# shellcheck shell=bash
# The help texts.

print_help() {
    cat <<'TEXT'
deploy.sh: build weight-sync, run it here, deploy it to a shared host.

  ./deploy.sh local                 Runs everything on this machine: installs missing packages, builds the static
                                    binaries, starts a private MariaDB and a private Apache on loopback, applies the
                                    migrations, makes a demo user, prints a token and three curl lines.
                                    Runs until Ctrl-C, which stops what it started.
  ./deploy.sh local --detach        The same in the background; the last line is: ready http://127.0.0.1:PORT
  ./deploy.sh local status [--json] Whether it runs, and where (exit code 1 when it does not).
  ./deploy.sh local stop            Stops Apache, then MariaDB; the data stays.
  ./deploy.sh packages [bench]      Installs missing packages (apt; sudo when not root); with bench also the PHP that
                                    cargo bench --bench throughput compares with.
  ./deploy.sh build                 Builds the two static binaries, below target/musl.

  ./deploy.sh push [[user@]host]    Deploys to a shared host. push --help explains it, and rollback, releases,
                                    status, logs, cron and ctl.

Options of local:
  --directory DIR      the instance (default .local/instance); the next start uses its data again
  --port N             Apache's port (default: the first free one from 8080)
  --database-port N    MariaDB's port (default: the first free one from 13306)
  --binaries DIR       take weight-api and weightctl from DIR instead of building them

Settings: every WEIGHT_SYNC_<SECTION>_<KEY> in the environment goes into the generated configuration.
  WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE=100000 ./deploy.sh local
  WEIGHT_SYNC_DATABASE_URL=mysql://user:password@host:3306/name ./deploy.sh local     (starts no MariaDB)
  MUSL_TOOLCHAIN=rustup|distribution ./deploy.sh build     which compiler, on a machine that has both

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 something is missing and could not be installed,
            4 the given port is taken.
For a real host see docs/OPERATIONS.md.
TEXT
}

print_push_help() {
    cat <<'TEXT'
./deploy.sh push: deploys this working copy to a host with SSH, Apache and MySQL.

The first time (it asks for the database's URL, which the host's panel shows; or set WEIGHT_SYNC_DATABASE_URL):
  ./deploy.sh push me@host.example.org --web weights.example.org --base-url https://weights.example.org
This writes the configuration on the host (every WEIGHT_SYNC_<SECTION>_<KEY> in the environment becomes a setting) once a
connection with it was made, and saves the options in the file .deploy when all has gone well. After that:
  ./deploy.sh push                  Builds, uploads, tests the release in a directory of its own, migrates, switches,
                                    and tests through the public URL; when that fails, or the connection breaks, the
                                    host switches back to the release before. Can be interrupted at any point and run
                                    again. --dry-run only prints what it would do.
  ./deploy.sh push --reconfigure    Also puts the WEIGHT_SYNC_ variables into the configuration on the host.
  ./deploy.sh rollback [--to ID]    Switches back to the verified release before, or to the one named; migrations stay.
  ./deploy.sh releases [--json]     Lists the releases on the host, newest first.
  ./deploy.sh status                What is live, and its health (exit code 1 when it is not well).
  ./deploy.sh logs [--lines N] [--status 409|5xx] [--request ID] [--follow]
                                    The program's log; outside a terminal one JSON object a line.
  ./deploy.sh cron install|show|remove
                                    The nightly purge, in a marked block of the crontab.
  ./deploy.sh ctl ARGUMENT...       Any other command of weightctl there: ./deploy.sh ctl user list

.deploy holds lines of KEY=value and is never run by a shell. An option overrides its line, and replaces it when the push
has succeeded:
  host               --  (or the argument)  [user@]host
  web_directory      --web                  the site's web directory, relative to the home directory there
  base_url           --base-url             https://HOST of that directory, without a path
  private_directory  --private              default weight-sync; must end so, beside or above the web directory
  port, ssh_options  --port, --ssh-options  for ssh, separated by spaces (~ in -i ~/.ssh/key is not expanded)
  mode               --mode                 auto (default): FastCGI, or CGI where that fails; fastcgi; cgi
  --settings FILE    another file than .deploy, for a second host
  --binaries DIR     push only: take weight-api and weightctl from DIR instead of building them
TEXT
}
