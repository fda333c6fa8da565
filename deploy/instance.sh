# shellcheck shell=bash
# shellcheck disable=SC2154  # names are shared through load.sh
# Where a local instance lives, what it remembers between runs, and the files it is made of.

# resolve_instance DIRECTORY: sets $instance. The servers of an instance started by root run as somebody else, who
# must be able to reach it: below a closed home the real directory stands in /var/tmp, with a link to it.
resolve_instance() {
    local wanted=$1 real
    mkdir -p "$(dirname "$wanted")"
    if [ ! -e "$wanted" ]; then
        rm -f "$wanted"
        mkdir "$wanted"
        if ! plain_path "$wanted" || ! reachable "$wanted"; then
            rmdir "$wanted"
            real=$(mktemp -d /var/tmp/weight-sync.XXXXXX)
            chmod 0711 "$real"
            ln -s "$real" "$wanted"
            warn "the servers cannot use $wanted (as user $(instance_user)); the instance is in $real"
        fi
    fi
    instance=$(cd "$wanted" && pwd -P)
    reachable "$instance" ||
        fail "$EXIT_FAILED" "user $(instance_user), as whom the servers run, cannot reach $instance; choose another --directory"
    plain_path "$instance" ||
        fail "$EXIT_USAGE" "the path of an instance may hold letters, digits and ._+@,=:~- only: $instance"
}

# mod_fcgid cannot start a program whose path holds a space, and quotes mean something to Apache.
plain_path() { [[ $(cd "$1" && pwd -P) =~ ^[A-Za-z0-9._+@,=:~/-]+$ ]]; }

# The directory itself is handed over later; its parents are what can be in the way.
reachable() {
    local parent
    parent=$(dirname "$(cd "$1" && pwd -P)")
    (cd / && as_instance test -x "$parent")
}

# existing_instance DIRECTORY: for stop and status; sets $instance, fails when there is none.
existing_instance() {
    [ -d "$1" ] || return 1
    instance=$(cd "$1" && pwd -P)
}

# One start or stop at a time. The servers must not inherit the lock, hence 9>&- where they are started.
lock_instance() {
    exec 9>"$instance/lock"
    flock --wait 30 9 || fail "$EXIT_FAILED" "another ./deploy.sh is working on $instance"
}

unlock_instance() { exec 9>&-; }

# remembered NAME: the value kept from an earlier run.
remembered() {
    [ -f "$instance/secrets" ] || return 0
    sed -n "s/^$1=//p" "$instance/secrets" | tail -n 1
}

# remember NAME VALUE
remember() {
    local kept=""
    [ "$(remembered "$1")" != "$2" ] || return 0
    [ ! -f "$instance/secrets" ] || kept=$(grep -v "^$1=" "$instance/secrets" || true)
    (umask 077 && printf '%s\n' ${kept:+"$kept"} "$1=$2" >"$instance/secrets.new")
    mv -f -- "$instance/secrets.new" "$instance/secrets"
}

# secret NAME: made once.
secret() {
    local value
    value=$(remembered "$1")
    if [ -z "$value" ]; then
        value=$(random_password)
        remember "$1" "$value"
    fi
    printf '%s' "$value"
}

# install_files BINARIES: programs by rename, since a running one cannot be overwritten.
install_files() {
    local program binaries=$1 web=$instance/web private=$instance/weight-sync
    for program in weight-api weightctl; do
        [ -x "$binaries/$program" ] || fail "$EXIT_USAGE" "there is no program $program in $binaries"
    done
    # suexec's rule on a real host: nothing writable by the group.
    umask 022
    mkdir -p "$web" "$private/bin"
    cp -R -- "$REPOSITORY/public_html/." "$web/"
    cp -- "$REPOSITORY/.htaccess" "$web/.htaccess.new"
    mv -f -- "$web/.htaccess.new" "$web/.htaccess"
    install_program "$binaries/weight-api" "$web/weight-api.fcgi"
    install_program "$binaries/weightctl" "$private/bin/weightctl"
    chmod -R u=rwX,go=rX "$web"
}

install_program() {
    cp -- "$1" "$2.new"
    chmod 0755 "$2.new"
    mv -f -- "$2.new" "$2"
}
