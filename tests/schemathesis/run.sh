# shellcheck shell=bash
# shellcheck disable=SC2154  # names are shared through tests/run
# The running service tried against docs/openapi.yaml by schemathesis. Sourced by tests/run.

readonly SCHEMATHESIS="$REPOSITORY/tests/schemathesis"
readonly SCHEMATHESIS_ENVIRONMENT="$REPOSITORY/target/schemathesis"

schemathesis() { "$SCHEMATHESIS_ENVIRONMENT/bin/schemathesis" "$@"; }

# A virtual environment with what requirements.txt pins; made anew when that changes.
prepare_schemathesis() {
    local wanted=$SCHEMATHESIS/requirements.txt made=$SCHEMATHESIS_ENVIRONMENT/made-from.txt
    cmp -s "$wanted" "$made" && schemathesis --version >/dev/null 2>&1 && return 0
    step "installing schemathesis from PyPI into $SCHEMATHESIS_ENVIRONMENT"
    rm -rf -- "$SCHEMATHESIS_ENVIRONMENT"
    python3 -m venv "$SCHEMATHESIS_ENVIRONMENT" || return
    # pip begins again where no connection was made, and gives up where one broke.
    for _ in 1 2 3; do
        if timeout 300 "$SCHEMATHESIS_ENVIRONMENT/bin/pip" --disable-pip-version-check --quiet install --requirement "$wanted"; then
            cp -- "$wanted" "$made"
            return
        fi
    done
    return 1
}

# Against a whole site of its own: Apache, mod_fcgid, the static binary, a database. Nothing of it is kept.
run_schemathesis() {
    contract_directory=$(mktemp -d -t contract.XXXXXX)
    # Also where the run is broken off: each check has a subshell to itself.
    trap end_contract_site EXIT
    # Started by root, the servers run as a user who has to get to the site.
    chmod 711 -- "$contract_directory"
    try_against_site "$contract_directory"
}

end_contract_site() {
    ./deploy.sh local stop --directory "$contract_directory/site" || true
    rm -rf -- "$contract_directory"
}

try_against_site() {
    local directory=$1 url weightctl token
    # Limits that no run reaches; where the answer tells how one stands with them, it does so. And patience with a machine
    # that stands still: a 503 of the database would be a finding.
    WEIGHT_SYNC_DATABASE_CONNECT_TIMEOUT_SECONDS=30 WEIGHT_SYNC_DATABASE_READ_TIMEOUT_SECONDS=30 \
        WEIGHT_SYNC_DATABASE_WRITE_TIMEOUT_SECONDS=30 WEIGHT_SYNC_DATABASE_LOCK_WAIT_TIMEOUT_SECONDS=20 \
        WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE=1000000 \
        WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ADDRESS_PER_HOUR=0 WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ACCOUNT_PER_HOUR=0 \
        WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ADDRESS_PER_MINUTE=0 WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE=0 \
        WEIGHT_SYNC_RATE_LIMIT_REFRESH_PER_ADDRESS_PER_MINUTE=0 WEIGHT_SYNC_RATE_LIMIT_REFRESH_PER_ACCOUNT_PER_MINUTE=0 \
        WEIGHT_SYNC_ACCOUNTS_ARGON2_MEMORY_KIB=1024 \
        ./deploy.sh local --detach --directory "$directory/site" --binaries "$WEIGHT_SYNC_TEST_BINARIES" >"$directory/said" || {
        cat -- "$directory/said"
        return 1
    }
    url=$(sed -n 's/^ready //p' "$directory/said")
    weightctl=("$directory/site/weight-sync/bin/weightctl" --config "$directory/site/weight-sync/weight-sync.toml")
    "${weightctl[@]}" user create --email schemathesis@example.org >/dev/null || return 1
    token=$("${weightctl[@]}" token schemathesis@example.org) || return 1
    # It looks for its settings, and for hooks.py, where it is started; what it would keep there goes with the site.
    cp -- "$SCHEMATHESIS/schemathesis.toml" "$SCHEMATHESIS/hooks.py" "$directory/"
    (
        cd -- "$directory" || exit
        WEIGHT_SYNC_TEST_TOKEN=$token schemathesis run \
            "$REPOSITORY/docs/openapi.yaml" --url "$url" --seed 1 --max-examples 60 --request-timeout 180 --no-color
    )
}
