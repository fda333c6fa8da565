# shellcheck shell=bash
# Tests the running service against docs/openapi.yaml by schemathesis.

load say

readonly SCHEMATHESIS="$REPOSITORY/tests/schemathesis"

schemathesis() { "$REPOSITORY/target/schemathesis/bin/schemathesis" "$@"; }

# run_schemathesis BINARIES: against a site of its own: Apache, mod_fcgid, the static binary, a database. For a subshell:
# removes the site at its end.
run_schemathesis() {
    site_directory=$(mktemp -d -t contract.XXXXXX)
    trap end_site EXIT
    # The user that root's servers run as must be able to enter it.
    chmod 711 -- "$site_directory"
    test_site "$site_directory" "$1"
}

end_site() {
    ./deploy.sh local stop --directory "$site_directory/site" || true
    rm -rf -- "$site_directory"
}

# test_site DIRECTORY BINARIES
test_site() {
    local directory=$1 url weightctl token
    # No limit is reached, and where the response names the state of a limit, it does so. The time-outs are long, since a
    # 503 because of a busy machine would be a finding.
    WEIGHT_SYNC_DATABASE_CONNECT_TIMEOUT_SECONDS=30 WEIGHT_SYNC_DATABASE_READ_TIMEOUT_SECONDS=30 \
        WEIGHT_SYNC_DATABASE_WRITE_TIMEOUT_SECONDS=30 WEIGHT_SYNC_DATABASE_LOCK_WAIT_TIMEOUT_SECONDS=20 \
        WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE=1000000 \
        WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ADDRESS_PER_HOUR=0 WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ACCOUNT_PER_HOUR=0 \
        WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ADDRESS_PER_MINUTE=0 WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE=0 \
        WEIGHT_SYNC_RATE_LIMIT_REFRESH_PER_ADDRESS_PER_MINUTE=0 WEIGHT_SYNC_RATE_LIMIT_REFRESH_PER_ACCOUNT_PER_MINUTE=0 \
        WEIGHT_SYNC_ACCOUNTS_ARGON2_MEMORY_KIB=1024 \
        ./deploy.sh local --detach --directory "$directory/site" --binaries "$2" >"$directory/output" || {
        cat -- "$directory/output"
        return 1
    }
    url=$(sed -n 's/^ready //p' "$directory/output")
    weightctl=("$directory/site/weight-sync/bin/weightctl" --config "$directory/site/weight-sync/weight-sync.toml")
    "${weightctl[@]}" user create --email schemathesis@example.org >/dev/null || return 1
    token=$("${weightctl[@]}" token schemathesis@example.org) || return 1
    # schemathesis reads its settings and hooks.py from the folder that it is started in, and writes there.
    cp -- "$SCHEMATHESIS/schemathesis.toml" "$SCHEMATHESIS/hooks.py" "$directory/"
    (
        cd -- "$directory" || exit
        WEIGHT_SYNC_TEST_TOKEN=$token schemathesis run \
            "$REPOSITORY/docs/openapi.yaml" --url "$url" --seed 1 --max-examples 60 --request-timeout 180 --no-color
    )
}
