# shellcheck shell=bash
# Requests a release that the host tries in a directory of its own, before anything live is touched.

load say settings connection

readonly PROBE_REQUESTS=12

# What came of the last try: "answered" with the times, "failed" with the problem and what to do, or "unreachable" with
# them where no request could even be sent.
probe_result=""

try_result() { printf '%s' "$probe_result"; }

# try_release PATH: below the base URL. The program does not know this path: it answers 404 with an id of the request,
# which Apache's own 404 lacks.
try_release() {
    local url responses headers line status
    url=$(setting base_url)$1
    responses=$(run_file probe)
    headers=$(run_file headers)
    if ! line=$(time_requests --globoff --dump-header "$headers" "$url"); then
        probe_result="no response from $(setting base_url): $(first_error "$(run_file curl)"). Is base_url right, and its certificate valid?"
        # The seconds until the request was sent.
        if [[ $line == *" 0.000000 "* ]]; then
            probe_result="unreachable $probe_result"
        else
            probe_result="failed $probe_result"
        fi
        return 0
    fi
    status=${line%% *}
    if [ "$status" != 404 ] || ! grep -qi '^x-request-id:' "$headers"; then
        probe_result="failed status $status, not from the program. $(advice "$status")"
        return 0
    fi
    printf '%s\n' "$line" >"$responses"
    # None of these may fail: an unreliable FastCGI fails now and then. Over one connection, so that the times are the
    # server's.
    if time_requests "$url?[2-$PROBE_REQUESTS]" >>"$responses"; then
        read_times "$responses"
    else
        probe_result="failed no response to one of $PROBE_REQUESTS requests: $(first_error "$(run_file curl)")"
    fi
}

# advice STATUS: what a first response of Apache's own usually means.
advice() {
    if [ "$1" -ge 500 ]; then
        printf 'The host refuses a directive of .htaccess, or the program (docs/OPERATIONS.md, Troubleshooting)'
    else
        printf 'Is %s the web directory of %s?' "$(setting web_directory)" "$(setting base_url)"
    fi
}

# time_requests CURL_ARGUMENT...: a line for each request: status, seconds until it was sent, seconds until the response.
# An error of curl's is in the run's file "curl".
time_requests() {
    curl --silent --show-error --max-time 40 --output /dev/null \
        --write-out '%{http_code} %{time_pretransfer} %{time_starttransfer}\n' "$@" 2>"$(run_file curl)"
}

# read_times FILE: reads those lines into probe_result.
read_times() {
    local lines wrong first median
    lines=$(grep -c '^404 ' "$1" || true)
    if [ "$lines" -ne "$PROBE_REQUESTS" ]; then
        wrong=$(grep -v '^404 ' "$1" | head -n 1 | cut -d ' ' -f 1)
        probe_result="failed $((PROBE_REQUESTS - lines)) of $PROBE_REQUESTS requests failed (${wrong:-no response})"
        return 0
    fi
    first=$(head -n 1 "$1" | awk '{ printf "%.1f", ($3 - $2) * 1000 }')
    median=$(tail -n +2 "$1" | awk '{ print ($3 - $2) * 1000 }' | sort -n |
        awk '{ all[NR] = $1 } END { printf "%.1f", all[int((NR + 1) / 2)] }')
    probe_result="answered $PROBE_REQUESTS requests, the first in $first ms, the others in $median ms (median)"
}
