# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # names are shared through load.sh
# The smoke test: what a phone would do, through the public URL, with a user who exists for these seconds only.

readonly SMOKE_DOMAIN=smoke-test.weight-sync.invalid

smoke_user="" smoke_token="" smoke_mode=""

# smoke_test VERSION: says what is wrong and fails, or says what it did. What was adopted has no version to compare.
smoke_test() {
    local email password user entry list
    smoke_token=""
    expect 200 GET /api/health || return 1
    [ "$1" = adopted ] || [ "$(json_member version)" = "$1" ] ||
        complain "the version is $(json_member version), not $1" || return 1
    smoke_mode=$(json_member mode)
    say "health: $(cat -- "$connection/answer")"
    remove_smoke_users
    email=$(random_password | head -c 16)@$SMOKE_DOMAIN
    smoke_user=$email
    if ! user=$(host_weightctl bin --json user create --email "$email" 2>&1); then
        [[ $user == *"takes no new rows"* ]] || complain "no user could be made: $user" || return 1
        smoke_user=""
        say "users are made in another backend: sign-in, write and read are left out"
        smoke_unreachable
        return
    fi
    password=$(sed -n 's/.*"password":"\([^"]*\)".*/\1/p' <<<"$user")
    expect 200 POST /api/auth/login "{\"email\":\"$email\",\"password\":\"$password\"}" || return 1
    smoke_token=$(json_member access_token)
    expect 201 POST /api/health-metrics/weight \
        "{\"local_id\":\"smoke\",\"weight_value\":75.5,\"unit\":\"kg\",\"timestamp\":\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"}" || return 1
    entry=$(json_member id)
    expect 200 GET /api/health-metrics/weight || return 1
    list=$(cat -- "$connection/answer")
    [[ -n $entry && $list == *"$entry"* ]] || complain "the entry that was written is not in the list" || return 1
    expect 204 DELETE "/api/health-metrics/weight/$entry" || return 1
    smoke_token=""
    smoke_unreachable || return 1
    remove_smoke_users
    say "sign-in, write, read, delete, and what must not be reached: all as it should be"
}

smoke_unreachable() {
    expect 401 GET /api/health-metrics/weight || return 1
    expect 404 GET /weight-api.fcgi || return 1
    expect '40[34]' GET /.htaccess
}

complain() {
    say "smoke test: $*"
    return 1
}

# expect STATUS METHOD PATH [BODY]: leaves the answer in $connection/answer. Neither token nor password is an argument
# of a process. A connection that fails is tried again: that is the way there, not the release.
expect() {
    local wanted=$1 method=$2 path=$3 body=${4:-} status="" try
    for try in 1 2 3; do
        status=$(
            {
                printf 'url = "%s%s"\nrequest = "%s"\n' "${setting[base_url]}" "$path" "$method"
                [ -z "$smoke_token" ] || printf 'header = "Authorization: Bearer %s"\n' "$smoke_token"
                [ -z "$body" ] || printf 'header = "Content-Type: application/json"\ndata = "%s"\n' "${body//\"/\\\"}"
            } | curl --silent --show-error --max-time 45 --output "$connection/answer" --write-out '%{http_code}' --config - 2>"$connection/curl"
        ) && break
        [ "$try" -lt 3 ] || complain "$method $path: $(cat -- "$connection/curl")" || return 1
        sleep 1
    done
    [[ $status =~ ^$wanted$ ]] ||
        complain "$method $path answered $status, not $wanted: $(head -c 300 -- "$connection/answer")"
}

# json_member NAME: of the flat answer, a text.
json_member() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$connection/answer" | head -n 1; }

# All of them: an earlier run may have been killed before it could.
remove_smoke_users() {
    local line id
    # One line for each user: id, number of entries, address.
    while read -r line; do
        id=${line%% *}
        host_weightctl bin user delete "$id" --yes >/dev/null || warn "the user of the smoke test, $id, could not be deleted"
    done < <(host_weightctl bin user list 2>/dev/null | grep -F "@$SMOKE_DOMAIN" || true)
    smoke_user=""
}
