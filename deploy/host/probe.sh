# shellcheck shell=sh
# Tries a release before it is live: as CGI in the shell, and through the web server in a directory of its own with its
# own .htaccess, so that a directive that the host refuses, or a handler that does not work, harms nothing.

# as_cgi ID PATH: one request to the program, started as Apache would.
as_cgi() {
    env -i PATH=/usr/bin:/bin GATEWAY_INTERFACE=CGI/1.1 SERVER_PROTOCOL=HTTP/1.1 REQUEST_METHOD=GET "REQUEST_URI=$2" \
        REMOTE_ADDR=127.0.0.1 SCRIPT_NAME=/api HTTPS=on "WEIGHT_SYNC_CONFIG=$config" "$releases/$1/weight-api" </dev/null
}

# host_cold_start ID: prints the microseconds from process start to the end of a response that needs no database.
host_cold_start() {
    as_cgi "$1" /api/nowhere >/dev/null 2>&1 || refuse "the program does not run here"
    begun=$(date +%s%N)
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        as_cgi "$1" /api/nowhere >/dev/null 2>&1
    done
    printf '%s\n' "$((($(date +%s%N) - begun) / 10000))"
}

# host_health ID: prints the response of /api/health, and the log line with the cause of an error.
host_health() { as_cgi "$1" /api/health 2>&1; }

# host_probe NAME ID MODE
host_probe() {
    mkdir -p "$web/$1"
    render "$2" "$3" "$web/$1/.htaccess"
    take "$web/$1/.htaccess"
    put "$releases/$2/weight-api" "$web/$1/api" 0755
}

# host_probe_end NAME: removes the probe; prints how many of its processes had stayed, as only FastCGI's do.
host_probe_end() {
    [ -d "$web/$1" ] || return 0
    stayed=$(processes_of "$web/$1/api")
    printf '%s' "$stayed" | wc -w
    end_processes 5 "$stayed"
    rm -rf "${web:?}/$1"
}
