# shellcheck shell=bash
# A local instance's configuration, migrations and demo user: everything that goes through its weightctl.

load say processes database instance

readonly DEMO_EMAIL=demo@example.org

# The names of the settings in the environment; not those that weightctl ignores, nor the database's URL.
given_settings() {
    local name
    for name in $(compgen -A export WEIGHT_SYNC_ || true); do
        case $name in
        WEIGHT_SYNC_CONFIG | WEIGHT_SYNC_TEST_* | WEIGHT_SYNC_DATABASE_URL) ;;
        *) printf '%s\n' "$name" ;;
        esac
    done
}

configuration_file() { printf '%s/weight-sync/weight-sync.toml' "$1"; }

# weightctl INSTANCE ARGUMENT...: with stdin, for a password.
weightctl() {
    local instance=$1
    shift
    (cd "$instance" && as_instance "$instance/weight-sync/bin/weightctl" "$@")
}

# weightctl_configured INSTANCE ARGUMENT...: with the instance's configuration.
weightctl_configured() { weightctl "$1" --config "$(configuration_file "$1")" "${@:2}"; }

# write_configuration INSTANCE DATABASE_URL BASE_URL: only where it would differ, so that edits by hand stay until then.
write_configuration() {
    local instance=$1 database_url=$2 base_url=$3 file given
    file=$(configuration_file "$instance")
    given=$(given_settings)
    if [ -f "$file" ] && [ -z "$given" ] && [ "$(remembered "$instance" configured_for)" = "$database_url $base_url" ]; then
        return 0
    fi
    step "writing $file${given:+ with $(tr '\n' ' ' <<<"$given")}"
    # In a subshell, which alone gets these variables. The secret is kept, so that tokens stay valid.
    (
        unset WEIGHT_SYNC_CONFIG
        export WEIGHT_SYNC_DATABASE_URL=$database_url
        export WEIGHT_SYNC_AUTH_SECRET=${WEIGHT_SYNC_AUTH_SECRET:-$(secret "$instance" auth_secret)}
        export WEIGHT_SYNC_SERVER_PUBLIC_URL=${WEIGHT_SYNC_SERVER_PUBLIC_URL:-$base_url}
        weightctl "$instance" config init --output "$file" --force </dev/null
    ) >&2 || fail "the configuration could not be written"
    if [ -n "$given" ]; then
        say "these settings stay until a run gives others, or until an address changes"
    fi
    remember "$instance" configured_for "$database_url $base_url"
}

# migrate_database INSTANCE
migrate_database() {
    step "migrating the database"
    weightctl_configured "$1" migrate </dev/null >&2 || fail "the migrations failed"
}

# demo_token INSTANCE: prints a token of the demo user, valid for a day; makes the user where there is none.
demo_token() {
    local instance=$1
    issue_token "$instance" 2>/dev/null && return 0
    secret "$instance" demo_password |
        weightctl_configured "$instance" user create --email "$DEMO_EMAIL" --password-stdin >/dev/null ||
        fail "the demo user could not be made"
    issue_token "$instance" || fail "no token for the demo user"
}

issue_token() { weightctl_configured "$1" token "$DEMO_EMAIL" --expires-in 86400 </dev/null; }

# print_welcome INSTANCE BASE_URL TOKEN: on stdout; the lines from TOKEN= on work when pasted.
print_welcome() {
    local instance=$1 base_url=$2 token=$3 now
    now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    cat <<TEXT

weight-sync runs at $base_url
account page        $base_url/account/
demo user           $DEMO_EMAIL (password: demo_password in $instance/secrets)
configuration       $(configuration_file "$instance")
log of Apache       $instance/apache/error.log
data                $instance; the next start uses it again
to stop it          ./deploy.sh local stop$(directory_option "$instance")

# a token for a day
TOKEN=$token
URL=$base_url/api/health-metrics/weight
# create
curl -sS -w '\n' "\$URL" -H "Authorization: Bearer \$TOKEN" -H 'Content-Type: application/json' \\
  -d '{"weight_value":75.5,"unit":"kg","timestamp":"$now"}'
# list
curl -sS -w '\n' "\$URL?limit=10" -H "Authorization: Bearer \$TOKEN"
# bulk sync
curl -sS -w '\n' "\$URL/sync" -H "Authorization: Bearer \$TOKEN" -H 'Content-Type: application/json' \\
  -d '{"device_id":"terminal","entries":[{"local_id":"local-1",
       "weight_value":75.2,"unit":"kg","timestamp":"$now"}]}'

TEXT
}

# directory_option INSTANCE: the option that names it, where it is not the default.
directory_option() {
    [ "$1" = "$(existing_instance "$REPOSITORY/.local/instance")" ] || printf ' --directory %s' "$1"
}
