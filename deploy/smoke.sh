# shellcheck shell=bash
# The smoke test: what a phone would do, through the public URL, with a user that exists for these seconds only.

load say settings connection

readonly SMOKE_DOMAIN=smoke-test.weight-sync.invalid

# The user that the running test has made, its token while requests shall send it, and the mode that /api/health named.
smoke_user="" smoke_token="" smoke_mode=""

# smoke_test VERSION: prints what it did, or what is wrong, and then fails. The version of an adopted release is unknown.
smoke_test() {
    local user password entry
    smoke_token=""
    expect 200 GET /api/health || return 1
    [ "$1" = adopted ] || [ "$(response_member version)" = "$1" ] ||
        complain "the version is $(response_member version), not $1" || return 1
    smoke_mode=$(response_member mode)
    say "health: $(response)"
    remove_smoke_users
    smoke_user=$RANDOM$RANDOM@$SMOKE_DOMAIN
    if ! user=$(host_weightctl bin --json user create --email "$smoke_user" 2>&1); then
        [[ $user == *"takes no new rows"* ]] || complain "no user could be made: $user" || return 1
        smoke_user=""
        say "users are made in another backend: sign-in, write and read are left out"
        expect_unreachable
        return
    fi
    password=$(sed -n 's/.*"password":"\([^"]*\)".*/\1/p' <<<"$user")
    expect 200 POST /api/auth/login "{\"email\":\"$smoke_user\",\"password\":\"$password\"}" || return 1
    smoke_token=$(response_member access_token)
    expect 201 POST /api/health-metrics/weight \
        "{\"local_id\":\"smoke\",\"weight_value\":75.5,\"unit\":\"kg\",\"timestamp\":\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"}" || return 1
    entry=$(response_member id)
    expect 200 GET /api/health-metrics/weight || return 1
    [[ -n $entry && $(response) == *"$entry"* ]] || complain "the entry that was written is not in the list" || return 1
    expect 204 DELETE "/api/health-metrics/weight/$entry" || return 1
    smoke_token=""
    expect_unreachable || return 1
    remove_smoke_users
    say "sign-in, write, read and delete work, and nothing private can be fetched"
}

# How the host ran the program in the last smoke test: fastcgi or cgi.
tested_mode() { printf '%s' "$smoke_mode"; }

# Removes the user of a test that was interrupted.
end_smoke_test() { [ -z "$smoke_user" ] || remove_smoke_users; }

expect_unreachable() {
    expect 401 GET /api/health-metrics/weight || return 1
    # The program answers its own file name too.
    expect 404 GET /api || return 1
    expect '40[34]' GET /.htaccess || return 1
    # The page has an .htaccess of its own, which the probe does not try.
    expect 200 GET /account/
}

complain() {
    say "smoke test: $*"
    return 1
}

# expect STATUS METHOD PATH [BODY]: STATUS is a regular expression. Passes the token and the body over stdin, since other
# users can read the arguments of a process. Repeats a request whose connection failed: that says nothing of the release.
expect() {
    local wanted=$1 method=$2 path=$3 body=${4:-} status="" errors try
    errors=$(run_file curl)
    for try in 1 2 3; do
        status=$(
            {
                printf 'url = "%s%s"\nrequest = "%s"\n' "$(setting base_url)" "$path" "$method"
                [ -z "$smoke_token" ] || printf 'header = "Authorization: Bearer %s"\n' "$smoke_token"
                [ -z "$body" ] || printf 'header = "Content-Type: application/json"\ndata = "%s"\n' "${body//\"/\\\"}"
            } | curl --silent --show-error --max-time 45 --output "$(run_file response)" --write-out '%{http_code}' --config - 2>"$errors"
        ) && break
        [ "$try" -lt 3 ] || complain "$method $path: $(cat -- "$errors")" || return 1
        sleep 1
    done
    [[ $status =~ ^$wanted$ ]] ||
        complain "$method $path answered $status, not $wanted: $(response | head -c 300)"
}

# The body of the last response.
response() { cat -- "$(run_file response)"; }

# response_member NAME: the string of that name in a flat JSON object.
response_member() { response | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1; }

# All of them, since an earlier run may have been killed before it could remove its own.
remove_smoke_users() {
    local line id
    # A line for each user: id, number of entries, address.
    while read -r line; do
        id=${line%% *}
        host_weightctl bin user delete "$id" --yes >/dev/null || warn "the user of the smoke test, $id, could not be deleted"
    done < <(host_weightctl bin user list 2>/dev/null | grep -F "@$SMOKE_DOMAIN" || true)
    smoke_user=""
}
