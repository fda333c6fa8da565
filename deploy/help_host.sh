# shellcheck shell=bash
# The help texts of the commands for a host.

help_push() {
    cat <<'TEXT'
./deploy.sh push [[user@]host] [OPTION...]: deploys this working copy to a host with SSH, Apache and MySQL.

Builds, uploads, tests the release in a directory of its own, migrates, switches, and tests through the public URL. When that
fails, or the connection breaks, the host switches back to the release before. Can be interrupted at any point and run again.

The first push needs the host and its options, and asks for the database's URL, which the host's panel shows (or set
WEIGHT_SYNC_DATABASE_URL). It writes the configuration on the host once a connection with it was made: every
WEIGHT_SYNC_<SECTION>_<KEY> in the environment becomes a setting. It saves the options in the file .deploy when the host has
taken the upload, so that later ./deploy.sh push alone is enough.

  --dry-run            only print what it would do
  --reconfigure        also put the WEIGHT_SYNC_ variables and --base-url into the configuration on the host
  --binaries DIR       take weight-api and weightctl from DIR instead of building them

.deploy holds lines of KEY=value and is never run by a shell. An option overrides its line, and replaces it when the push
has succeeded. All commands for a host take these:
  host               --host                 or the argument: [user@]host
  web_directory      --web                  the site's web directory, relative to the home directory there
  base_url           --base-url             https://HOST of that directory, without a path
  private_directory  --private              default weight-sync; must end so, beside or above the web directory
  port, ssh_options  --port, --ssh-options  for ssh, separated by spaces (~ in -i ~/.ssh/key is not expanded)
  mode               --mode                 auto (default): FastCGI, or CGI where that fails; fastcgi; cgi
  --settings FILE    another file than .deploy, for a second host

Examples:
  ./deploy.sh push me@host.example.org --web weights.example.org --base-url https://weights.example.org
  ./deploy.sh push --dry-run

Exit codes: 0 live and verified, 1 failed (the messages say what is live), 2 wrong usage, 3 something is missing here or there.
TEXT
}

help_rollback() {
    cat <<'TEXT'
./deploy.sh rollback [--to RELEASE]: switches back to the verified release before, or to the one named.

Migrations stay: each release works with the tables of the next one. When the smoke test fails, the release before the
rollback returns. Takes the options of a host: ./deploy.sh push --help.

Examples:
  ./deploy.sh rollback
  ./deploy.sh rollback --to 0.1.0-20260106T203000Z

Exit codes: 0 live and verified, 1 failed (the messages say what is live), 2 wrong usage.
TEXT
}

help_releases() {
    cat <<'TEXT'
./deploy.sh releases [--json]: lists the releases on the host, newest first, and which of them is live.

Takes the options of a host: ./deploy.sh push --help.

Examples:
  ./deploy.sh releases
  ./deploy.sh releases --json --settings staging.deploy
TEXT
}

help_status() {
    cat <<'TEXT'
./deploy.sh status [--json]: what is live, its health through the public URL, old processes, missing migrations, cron.

Takes the options of a host: ./deploy.sh push --help.

Examples:
  ./deploy.sh status
  ./deploy.sh status --settings staging.deploy

Exit codes: 0 well, 1 not well, not verified or not deployed, 2 wrong usage.
TEXT
}

help_logs() {
    cat <<'TEXT'
./deploy.sh logs [OPTION...]: shows the request log on the host; outside a terminal one JSON object a line.

  -n, --lines N        how many of the last lines first (default 100; with --since all)
  --status 409|5xx     only these
  --request ID         only this request, or those whose ids begin so
  --since 1h           only those since then: an age, or a time such as 2026-11-29T08:00:00Z
  --user USER          only those of this user: an id, or an e-mail address
  --route TEXT         only routes that contain this text
  --slower MS          only those that took longer than so many milliseconds
  -f, --follow         go on until Ctrl-C
  --pretty             as on a terminal

Takes the options of a host too: ./deploy.sh push --help.

Examples:
  ./deploy.sh logs --status 5xx --lines 20
  ./deploy.sh logs --since 1h --slower 500
  ./deploy.sh logs --follow
TEXT
}

help_cron() {
    cat <<'TEXT'
./deploy.sh cron install|show|remove: the crontab on the host.

A marked block runs the nightly purge, and fetches Google's keys where google.client_ids is set. Your own lines stay.

Takes the options of a host: ./deploy.sh push --help.

Examples:
  ./deploy.sh cron install
  ./deploy.sh cron show

Exit codes: 0 done, 1 failed, or show found no block, 2 wrong usage.
TEXT
}

help_ctl() {
    cat <<'TEXT'
./deploy.sh ctl [OPTION...] ARGUMENT...: runs weightctl on the host, with the arguments as they are.

The options of a host (./deploy.sh push --help), --host among them, come before the command. Standard input goes along where
an argument is - or --password-stdin. ./deploy.sh ctl help lists the commands, and for instance
./deploy.sh ctl user --help explains one.

Examples:
  ./deploy.sh ctl user list
  ./deploy.sh ctl --settings staging.deploy doctor
  echo "$URL" | ./deploy.sh ctl config set database.url -

Exit codes: those of weightctl (docs/OPERATIONS.md, "Use weightctl").
TEXT
}
