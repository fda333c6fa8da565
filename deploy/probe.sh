# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # names are shared through load.sh
# FastCGI or CGI: tried on the host itself, in a directory of its own, before anything live is touched.

readonly PROBE_REQUESTS=12

probe_name=""

# choose_mode RELEASE: sets $mode.
choose_mode() {
    local release=$1
    measure_cold_start "$release"
    if [ "${setting[mode]}" != cgi ]; then
        step "trying $release as FastCGI, away from what is live"
        if probe "$release" fcgid; then
            mode=fcgid
            [ "$probe_stayed" -gt 0 ] || warn "no process stayed, as FastCGI's do: either they cannot be seen from SSH, or the host has no mod_fcgid and takes CGI"
            say "FastCGI answers: ${PROBE_REQUESTS} requests, the first in $probe_first ms, the others in $probe_median ms; $probe_stayed processes stayed"
            return 0
        fi
        say "FastCGI does not answer here: $probe_problem"
        [ "${setting[mode]}" = auto ] ||
            fail "$EXIT_FAILED" "mode is fastcgi, so nothing else is tried; what was live is as it was"
    fi
    step "trying $release as plain CGI, away from what is live"
    probe "$release" cgi ||
        fail "$EXIT_FAILED" "CGI does not answer either: $probe_problem. What was live is as it was. A 500 here means that the host refuses a directive of .htaccess, or the program (docs/OPERATIONS.md, traps)"
    mode=cgi
    say "CGI answers: ${PROBE_REQUESTS} requests, one in $probe_median ms"
    [ "${setting[mode]}" = cgi ] || warn "falling back to plain CGI: each request starts a process and a database connection of its own"
}

measure_cold_start() {
    local microseconds
    microseconds=$(host cold_start "$1") || fail "$EXIT_FAILED" "the program does not run on the host"
    say "cold start on the host: $((microseconds / 1000)).$(printf '%03d' $((microseconds % 1000))) ms from process start to answer, without the database"
}

# probe RELEASE fcgid|cgi: sets $probe_first, $probe_median, $probe_stayed, or $probe_problem.
probe() {
    local answers="$connection/probe" ok=yes
    probe_name=weight-sync-probe-$(random_password | head -c 12)
    host probe "$probe_name" "$1" "$2" || fail "$EXIT_FAILED" "the directory for trying out could not be made"
    ask_probe "${setting[base_url]}/$probe_name/api/probe" >"$answers" || ok=""
    probe_stayed=$(host probe_end "$probe_name") || true
    probe_name=""
    [ -n "$ok" ] && read_probe "$answers"
}

# The program does not know this address and says so in its own way: a 404 with an id of the request.
ask_probe() {
    local headers="$connection/headers" line
    if ! line=$(curl --silent --show-error --max-time 40 --globoff --output /dev/null --dump-header "$headers" \
        --write-out '%{http_code} %{time_pretransfer} %{time_starttransfer}\n' "$1" 2>&1); then
        probe_problem="no answer ($line)"
        return 1
    fi
    if [[ $line != 404\ * ]] || ! grep -qi '^x-request-id:' "$headers"; then
        probe_problem="status ${line%% *}, not from the program"
        return 1
    fi
    printf '%s\n' "$line"
    # Out of this many none may fail: where FastCGI is not dependable it fails now and then. One connection for all, so
    # that the times are the server's.
    if ! curl --silent --show-error --max-time 40 --output /dev/null \
        --write-out '%{http_code} %{time_pretransfer} %{time_starttransfer}\n' "$1?[2-$PROBE_REQUESTS]" 2>&1; then
        probe_problem="no answer to one of $PROBE_REQUESTS requests"
        return 1
    fi
}

read_probe() {
    local lines wrong
    lines=$(grep -c '^404 ' "$1" || true)
    if [ "$lines" -ne "$PROBE_REQUESTS" ]; then
        wrong=$(grep -v '^404 ' "$1" | head -n 1 | cut -d ' ' -f 1)
        probe_problem="$((PROBE_REQUESTS - lines)) of $PROBE_REQUESTS requests failed (${wrong:-no answer})"
        return 1
    fi
    probe_first=$(head -n 1 "$1" | awk '{ printf "%.1f", ($3 - $2) * 1000 }')
    probe_median=$(tail -n +2 "$1" | awk '{ print ($3 - $2) * 1000 }' | sort -n |
        awk '{ all[NR] = $1 } END { printf "%.1f", all[int((NR + 1) / 2)] }')
}
