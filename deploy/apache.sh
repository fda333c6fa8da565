# shellcheck shell=bash
# A private Apache with mod_fcgid in a directory, set up as a shared host's: limits at their defaults, AllowOverride All.

load say processes

readonly APACHE_MODULES=/usr/lib/apache2/modules

# apache_configure DIRECTORY WEB PORT: writes httpd.conf and what it needs.
apache_configure() {
    local directory=$1 web=$2 port=$3 run module
    mkdir -p "$directory"
    run=$(socket_directory "$directory")
    {
        printf 'ServerRoot "%s"\n' "$directory"
        printf 'DefaultRuntimeDir "%s"\n' "$run"
        printf 'PidFile "%s/apache.pid"\n' "$directory"
        for module in mpm_event authn_core authz_core authz_host unixd dir mime env alias setenvif headers filter \
            deflate expires rewrite cgid fcgid; do
            # Some distributions compile it in.
            [ -f "$APACHE_MODULES/mod_$module.so" ] || continue
            printf 'LoadModule %s_module "%s/mod_%s.so"\n' "$module" "$APACHE_MODULES" "$module"
        done
        printf 'Listen 127.0.0.1:%s\nServerName 127.0.0.1:%s\n' "$port" "$port"
        printf 'ScriptSock "%s/cgid.sock"\n' "$run"
        printf 'FcgidIPCDir "%s/fcgid"\nFcgidProcessTableFile "%s/fcgid.table"\n' "$run" "$run"
        printf 'ErrorLog "%s/error.log"\nCustomLog "%s/access.log" combined_ms\n' "$directory" "$directory"
        printf 'TypesConfig "%s/mime.types"\n' "$directory"
        printf 'DocumentRoot "%s"\n' "$web"
        printf '<Directory "%s">\n    AllowOverride All\n    Options SymLinksIfOwnerMatch\n    Require all granted\n</Directory>\n' "$web"
        # The Fcgid limits keep their defaults, since a host's customer cannot change them either.
        cat <<'CONF'
LogFormat "%h %t \"%r\" %>s %b %D" combined_ms
LogLevel warn
TraceEnable Off
ServerTokens Prod
HostnameLookups Off
<Directory "/">
    AllowOverride None
    Require all denied
</Directory>
CONF
    } >"$directory/httpd.conf"
    # Apache does not start without this file, and a fresh machine has none.
    printf '%s\n' 'application/json json' 'text/html html' 'text/plain txt' 'text/css css' \
        'text/javascript js' 'image/svg+xml svg' >"$directory/mime.types"
    mkdir -p "$run/fcgid"
    own_by_instance -R "$directory" "$run/fcgid"
}

# apache_start DIRECTORY PORT
apache_start() {
    local directory=$1 port=$2
    step "starting Apache on 127.0.0.1:$port"
    rm -f "$directory/apache.pid"
    # With a clean environment: a host's Apache does not have the caller's variables either.
    if ! as_instance env -i PATH=/usr/local/bin:/usr/bin:/bin \
        /usr/sbin/apache2 -f "$directory/httpd.conf" -k start </dev/null >"$directory/start.log" 2>&1 8<&- 9<&- ||
        ! wait_for 60 apache_answers "$directory" "$port"; then
        tail -n 10 -- "$directory/start.log" "$directory/error.log" >&2 || true
        fail "Apache did not start"
    fi
}

apache_answers() { apache_pid "$1" >/dev/null && port_taken "$2"; }

apache_pid() { own_process "$1/apache.pid" apache2 "$1"; }

# apache_stop DIRECTORY WEB
apache_stop() {
    local pid
    if pid=$(apache_pid "$1"); then
        say "stopping Apache ($pid)"
        # mod_fcgid gives its processes 8 s before it kills them.
        end_process "$pid" 30
    fi
    # The children of an Apache that was killed keep the port, and its programs their database connections.
    for pid in $(own_processes apache2 "$1") $(own_processes api "$2"); do
        say "stopping a leftover process ($pid)"
        # Without its parent it may ignore TERM for ever.
        end_process "$pid" 2
    done
    leave_socket_directory "$1"
}
