# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # names are shared through load.sh
# The instance's configuration, migrations and demo user: everything that goes through weightctl.

readonly DEMO_EMAIL=demo@example.org

weightctl() { (cd "$instance" && as_instance "$instance/weight-sync/bin/weightctl" "$@" </dev/null 9>&-); }

configuration_file() { printf '%s/weight-sync/weight-sync.toml' "$instance"; }

# Settings the caller gave; the two kinds weightctl ignores are none.
given_settings() {
    local name
    for name in $(compgen -A export WEIGHT_SYNC_ || true); do
        case $name in
        WEIGHT_SYNC_CONFIG | WEIGHT_SYNC_TEST_* | WEIGHT_SYNC_DATABASE_URL) ;;
        *) printf '%s\n' "$name" ;;
        esac
    done
}

# write_configuration DATABASE_URL BASE_URL: anew when it would differ, so that hand edits live until then.
write_configuration() {
    local database_url=$1 base_url=$2 file given
    file=$(configuration_file)
    given=$(given_settings)
    if [ -f "$file" ] && [ -z "$given" ] && [ "$(remembered configured_for)" = "$database_url $base_url" ]; then
        return 0
    fi
    step "writing $file${given:+ with $(tr '\n' ' ' <<<"$given")}"
    # The environment of this subshell only. The secret is kept for the sake of tokens that were given out.
    (
        unset WEIGHT_SYNC_CONFIG
        export WEIGHT_SYNC_DATABASE_URL=$database_url
        export WEIGHT_SYNC_AUTH_SECRET=${WEIGHT_SYNC_AUTH_SECRET:-$(secret auth_secret)}
        export WEIGHT_SYNC_SERVER_PUBLIC_URL=${WEIGHT_SYNC_SERVER_PUBLIC_URL:-$base_url}
        weightctl config init --output "$file" --force
    ) >&2 || fail "$EXIT_FAILED" "the configuration could not be written"
    if [ -n "$given" ]; then
        # A later run without settings keeps these, as long as the addresses are the same.
        say "these settings stay until a run gives others"
    fi
    remember configured_for "$database_url $base_url"
}

migrate_database() {
    step "migrating the database"
    weightctl --config "$(configuration_file)" migrate >&2 || fail "$EXIT_FAILED" "the migrations failed"
}

# ensure_demo_user: sets $token.
ensure_demo_user() {
    local config password
    config=$(configuration_file)
    if ! token=$(weightctl --config "$config" token "$DEMO_EMAIL" --expires-in 86400 2>/dev/null); then
        password=$(secret demo_password)
        (cd "$instance" && as_instance "$instance/weight-sync/bin/weightctl" --config "$config" \
            user create --email "$DEMO_EMAIL" --password-stdin <<<"$password" 9>&-) >/dev/null ||
            fail "$EXIT_FAILED" "the demo user could not be made"
        token=$(weightctl --config "$config" token "$DEMO_EMAIL" --expires-in 86400) ||
            fail "$EXIT_FAILED" "no token for the demo user"
    fi
}

# print_welcome BASE_URL TOKEN: on stdout; the lines work when pasted.
print_welcome() {
    local url=$1/api/health-metrics/weight authorization="Authorization: Bearer $2" now
    now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    cat <<TEXT

weight-sync runs at $1
demo user           $DEMO_EMAIL (password: demo_password in $instance/secrets)
configuration       $(configuration_file)
logs                $instance/apache/error.log
token, for a day    $2

# create
curl -sS '$url' -H '$authorization' -H 'Content-Type: application/json' -d '{"weight_value":75.5,"unit":"kg","timestamp":"$now"}'
# list
curl -sS '$url?limit=10' -H '$authorization'
# bulk sync
curl -sS '$url/sync' -H '$authorization' -H 'Content-Type: application/json' -d '{"device_id":"terminal","entries":[{"local_id":"local-1","weight_value":75.2,"unit":"kg","timestamp":"$now"}]}'

TEXT
}
