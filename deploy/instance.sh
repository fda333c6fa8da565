# shellcheck shell=bash
# The folder of a local instance (INSTANCE below): where it may lie, its lock, its files, and the values that it keeps
# between runs, in the file "secrets".

load say processes database

# resolve_instance DIRECTORY: makes the folder where it does not exist and prints its real path. Servers that root starts
# run as another user, who must be able to reach it: below a closed home the real folder is in /var/tmp, with a link to it.
resolve_instance() {
    local wanted=$1 real instance
    mkdir -p "$(dirname "$wanted")"
    if [ ! -e "$wanted" ]; then
        rm -f "$wanted"
        mkdir "$wanted"
        if ! plain_path "$wanted" || ! reachable "$wanted"; then
            rmdir "$wanted"
            real=$(mktemp -d /var/tmp/weight-sync.XXXXXX)
            chmod 0711 "$real"
            ln -s "$real" "$wanted"
            warn "the servers, which run as $(instance_user), cannot use $wanted; the instance is in $real"
        fi
    fi
    instance=$(existing_instance "$wanted")
    reachable "$instance" ||
        fail "the servers run as $(instance_user), who cannot reach $instance; choose another --directory"
    plain_path "$instance" ||
        fail_usage "the path of an instance may hold letters, digits and ._+@,=:~- only: $instance"
    own_by_instance "$instance"
    printf '%s' "$instance"
}

# existing_instance DIRECTORY: prints its real path; fails when there is no instance.
existing_instance() { [ -d "$1" ] && (cd "$1" && pwd -P); }

# mod_fcgid cannot start a program whose path holds a space, and Apache's configuration interprets quotes.
plain_path() { [[ $(cd "$1" && pwd -P) =~ ^[A-Za-z0-9._+@,=:~/-]+$ ]]; }

# Tests the parents only; the folder itself is handed over later.
reachable() {
    local parent
    parent=$(dirname "$(cd "$1" && pwd -P)")
    (cd / && as_instance test -x "$parent")
}

# lock_instance INSTANCE: one start or stop at a time.
lock_instance() {
    exec 9>"$1/lock"
    own_by_instance "$1/lock"
    flock --wait 30 9 || fail "another ./deploy.sh is working on $1"
}

unlock_instance() { exec 9>&-; }

# remembered INSTANCE NAME: the value kept from an earlier run, or nothing.
remembered() {
    [ -f "$1/secrets" ] || return 0
    sed -n "s/^$2=//p" "$1/secrets" | tail -n 1
}

# remember INSTANCE NAME VALUE
remember() {
    local file=$1/secrets kept=""
    [ "$(remembered "$1" "$2")" != "$3" ] || return 0
    [ ! -f "$file" ] || kept=$(grep -v "^$2=" "$file" || true)
    (umask 077 && printf '%s\n' ${kept:+"$kept"} "$2=$3" >"$file.new")
    own_by_instance "$file.new"
    mv -f -- "$file.new" "$file"
}

# secret INSTANCE NAME: a random value, made at the first call.
secret() {
    local value
    value=$(remembered "$1" "$2")
    if [ -z "$value" ]; then
        value=$(random_password)
        remember "$1" "$2" "$value"
    fi
    printf '%s' "$value"
}

# install_files INSTANCE BINARIES
install_files() {
    local program binaries=$2 web=$1/web private=$1/weight-sync
    for program in weight-api weightctl; do
        [ -x "$binaries/$program" ] || fail_usage "there is no program $program in $binaries"
    done
    # suexec on a real host refuses what its group may write.
    umask 022
    mkdir -p "$web" "$private/bin"
    cp -R -- "$REPOSITORY/public_html/." "$web/"
    install_file 0644 "$REPOSITORY/.htaccess" "$web/.htaccess"
    install_file 0755 "$binaries/weight-api" "$web/api"
    install_file 0755 "$binaries/weightctl" "$private/bin/weightctl"
    chmod -R u=rwX,go=rX "$web"
    own_by_instance -R "$web" "$private"
}

# install_file MODE FROM TO: by rename, since a running program cannot be overwritten.
install_file() {
    cp -- "$2" "$3.new"
    chmod "$1" "$3.new"
    mv -f -- "$3.new" "$3"
}
