# shellcheck shell=bash
# FastCGI or CGI: tries a release on the host, in a directory of its own, before anything live is touched.

load say settings connection

readonly PROBE_REQUESTS=12

# The directory of the probe that runs, and the result of the last one: times in milliseconds, or the problem.
probe_name="" probe_first="" probe_median="" probe_stayed="" probe_problem=""

# choose_mode RELEASE VARIABLE: sets the variable to fcgid or cgi; fails where neither works.
choose_mode() {
    local release=$1 wanted
    wanted=$(setting mode)
    measure_cold_start "$release"
    if [ "$wanted" != cgi ]; then
        step "trying $release as FastCGI, away from what is live"
        if probe "$release" fcgid; then
            printf -v "$2" fcgid
            [ "$probe_stayed" -gt 0 ] || warn "no process stayed, as FastCGI's do: either SSH does not show them, or the host has no mod_fcgid and runs the program as CGI"
            say "FastCGI answers: $PROBE_REQUESTS requests, the first in $probe_first ms, the others in $probe_median ms (median); $probe_stayed processes stayed"
            return 0
        fi
        say "FastCGI does not answer here: $probe_problem"
        [ "$wanted" = auto ] ||
            fail "mode is fastcgi, so CGI is not tried; what was live is unchanged"
    fi
    step "trying $release as plain CGI, away from what is live"
    probe "$release" cgi ||
        fail "CGI does not answer either: $probe_problem. What was live is unchanged. A 500 here means that the host refuses a directive of .htaccess, or the program (docs/OPERATIONS.md, Troubleshooting)"
    printf -v "$2" cgi
    say "CGI answers: $PROBE_REQUESTS requests, in $probe_median ms (median)"
    [ "$wanted" = cgi ] || warn "falling back to plain CGI: each request starts a process and opens a database connection"
}

measure_cold_start() {
    local microseconds
    microseconds=$(host cold_start "$1") || fail "the program does not run on the host"
    say "cold start on the host: $((microseconds / 1000)).$(printf '%03d' $((microseconds % 1000))) ms from process start to response, without the database"
}

# probe RELEASE fcgid|cgi
probe() {
    local responses ok=yes
    responses=$(run_file probe)
    probe_name=weight-sync-probe-$1
    host probe "$probe_name" "$1" "$2" || fail "the directory for the probe could not be made"
    request_probe "$(setting base_url)/$probe_name/api/probe" >"$responses" || ok=""
    probe_stayed=$(host probe_end "$probe_name") || true
    probe_name=""
    [ -n "$ok" ] && read_probe "$responses"
}

# Removes the directory of a probe that was interrupted.
end_probe() { [ -z "$probe_name" ] || host probe_end "$probe_name" >/dev/null; }

# The program does not know this path: it answers 404 with an id of the request, which Apache's own 404 lacks.
request_probe() {
    local headers line
    headers=$(run_file headers)
    if ! line=$(time_requests --globoff --dump-header "$headers" "$1"); then
        probe_problem="no response ($line)"
        return 1
    fi
    if [[ $line != 404\ * ]] || ! grep -qi '^x-request-id:' "$headers"; then
        probe_problem="status ${line%% *}, not from the program"
        return 1
    fi
    printf '%s\n' "$line"
    # None of these may fail: an unreliable FastCGI fails now and then. Over one connection, so that the times are the
    # server's.
    if ! time_requests "$1?[2-$PROBE_REQUESTS]"; then
        probe_problem="no response to one of $PROBE_REQUESTS requests"
        return 1
    fi
}

# time_requests CURL_ARGUMENT...: a line for each request: status, seconds until it was sent, seconds until the response.
time_requests() {
    curl --silent --show-error --max-time 40 --output /dev/null \
        --write-out '%{http_code} %{time_pretransfer} %{time_starttransfer}\n' "$@" 2>&1
}

# read_probe FILE: reads those lines into probe_first and probe_median, or finds the problem.
read_probe() {
    local lines wrong
    lines=$(grep -c '^404 ' "$1" || true)
    if [ "$lines" -ne "$PROBE_REQUESTS" ]; then
        wrong=$(grep -v '^404 ' "$1" | head -n 1 | cut -d ' ' -f 1)
        probe_problem="$((PROBE_REQUESTS - lines)) of $PROBE_REQUESTS requests failed (${wrong:-no response})"
        return 1
    fi
    probe_first=$(head -n 1 "$1" | awk '{ printf "%.1f", ($3 - $2) * 1000 }')
    probe_median=$(tail -n +2 "$1" | awk '{ print ($3 - $2) * 1000 }' | sort -n |
        awk '{ all[NR] = $1 } END { printf "%.1f", all[int((NR + 1) / 2)] }')
}
