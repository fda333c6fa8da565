# shellcheck shell=bash
# The smoke test: what a phone would do, through the public URL, with a user that the host has made for these seconds.

load say settings connection

# The token while requests shall send it, the mode that /api/health named, and what is wrong.
smoke_token="" smoke_mode="" smoke_problem=""

# smoke_test REQUEST: the host's request for it, a JSON object.
smoke_test() {
    local version email obstacle now entry
    version=$(member version "$1")
    email=$(member email "$1")
    obstacle=$(member obstacle "$1")
    smoke_token=""
    expect 200 GET /api/health || return 1
    [ -z "$version" ] || [ "$(response_member version)" = "$version" ] ||
        complain "the version is $(response_member version), not $version" || return 1
    smoke_mode=$(response_member mode)
    say "health: $(response)"
    [ -z "$obstacle" ] || complain "no user could be made: $obstacle" || return 1
    if [ -z "$email" ]; then
        say "users are made in another backend: sign-in, write and read are left out"
        expect_unreachable
        return
    fi
    expect 200 POST /api/auth/login "{\"email\":\"$email\",\"password\":\"$(member password "$1")\"}" || return 1
    smoke_token=$(response_member access_token)
    now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    expect 201 POST /api/health-metrics/weight \
        "{\"local_id\":\"smoke\",\"weight_value\":75.5,\"unit\":\"kg\",\"timestamp\":\"$now\"}" || return 1
    entry=$(response_member id)
    expect 200 GET /api/health-metrics/weight || return 1
    [[ -n $entry && $(response) == *"$entry"* ]] || complain "the entry that was written is not in the list" || return 1
    expect 204 DELETE "/api/health-metrics/weight/$entry" || return 1
    smoke_token=""
    expect_unreachable || return 1
    say "sign-in, write, read and delete work, and nothing private can be fetched"
}

# How the host ran the program in the last smoke test: fastcgi or cgi.
tested_mode() { printf '%s' "$smoke_mode"; }

# What is wrong, as the last test or "expect" has found.
smoke_complaint() { printf '%s' "$smoke_problem"; }

expect_unreachable() {
    expect 401 GET /api/health-metrics/weight || return 1
    # The program answers its own file name too.
    expect 404 GET /api || return 1
    expect '40[34]' GET /.htaccess || return 1
    # The page has an .htaccess of its own, which the probe does not try.
    expect 200 GET /account/
}

# In one line, which the host shows.
complain() {
    smoke_problem="smoke test: $(printf '%s' "$*" | tr '\r\n' '  ')"
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
        [ "$try" -lt 3 ] || complain "$method $path: $(first_error "$errors")" || return 1
        sleep 1
    done
    [[ $status =~ ^$wanted$ ]] ||
        complain "$method $path answered $status, not $wanted: $(response | head -c 300)"
}

# The body of the last response.
response() { cat -- "$(run_file response)"; }

# response_member NAME: the string of that name in the last response.
response_member() { member "$1" "$(response)"; }
