# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # names are shared through load.sh
# What push must know about a host: KEY=value lines of a small file, which no shell ever runs, and options over them.

readonly SETTING_KEYS="host port ssh_options web_directory private_directory base_url mode"

declare -A setting=()

# load_settings FILE: what an option has set already stays.
load_settings() {
    local file=$1 line key value number=0
    [ -f "$file" ] || return 0
    while IFS= read -r line || [ -n "$line" ]; do
        number=$((number + 1))
        # As editors on Windows begin a file.
        [ "$number" -gt 1 ] || line=${line#$'\xEF\xBB\xBF'}
        line=${line%$'\r'}
        [[ ! $line =~ ^[[:space:]]*(#|$) ]] || continue
        [[ $line =~ ^[[:space:]]*([a-z_]+)[[:space:]]*=[[:space:]]*(.*[^[:space:]])?[[:space:]]*$ ]] ||
            fail "$EXIT_USAGE" "$file, line $number is no KEY=value"
        key=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]}
        [[ " $SETTING_KEYS " == *" $key "* ]] ||
            fail "$EXIT_USAGE" "$file, line $number: there is no setting $key (there are: $SETTING_KEYS)"
        [ -n "${setting[$key]:-}" ] || setting[$key]=$value
    done <"$file"
}

# check_settings FILE: fills in what may be left out, refuses what cannot work.
check_settings() {
    local key plain='^[A-Za-z0-9._/+@,=:-]+$'
    for key in host web_directory base_url; do
        [ -n "${setting[$key]:-}" ] || fail "$EXIT_USAGE" "$key is not known: give it once (--help says how); $1 keeps it"
    done
    [[ ${setting[host]} =~ ^([A-Za-z0-9._-]+@)?([A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])$ ]] ||
        fail "$EXIT_USAGE" "${setting[host]} is no [user@]host (a port: --port; an IPv6 address: user@[2001:db8::1])"
    setting[port]=${setting[port]:-22}
    [[ ${setting[port]} =~ ^[1-9][0-9]{0,4}$ && ${setting[port]} -le 65535 ]] || fail "$EXIT_USAGE" "${setting[port]} is no port"
    setting[private_directory]=${setting[private_directory]:-weight-sync}
    for key in web_directory private_directory; do
        # Relative means relative to the home directory on the host, with or without a tilde that stayed one.
        setting[$key]=${setting[$key]#"~/"}
        setting[$key]=$(without_slashes "${setting[$key]}")
        # mod_fcgid cannot start a program whose path holds a space.
        [[ ${setting[$key]} =~ $plain && ! /${setting[$key]}/ =~ /\.\.?/ ]] ||
            fail "$EXIT_USAGE" "$key may hold letters, digits and ._/+@,=:- only, and no . or .. as a part: ${setting[$key]}"
    done
    # Both programs look for weight-sync/weight-sync.toml above themselves.
    [ "$(basename "${setting[private_directory]}")" = weight-sync ] ||
        fail "$EXIT_USAGE" "the last part of private_directory must be weight-sync: the programs look for that name"
    setting[base_url]=$(without_slashes "${setting[base_url]}")
    [[ ! ${setting[base_url]} =~ ^https?://[^/]+/ ]] ||
        fail "$EXIT_USAGE" "base_url is https://HOST without a path, not ${setting[base_url]}: the service needs a site of its own, as a subdomain is"
    [[ ${setting[base_url]} =~ ^https?://[A-Za-z0-9.-]+(:[0-9]+)?$ ]] ||
        fail "$EXIT_USAGE" "base_url is https://HOST, not ${setting[base_url]}"
    [[ ${setting[base_url]} =~ ^https://|^http://(127\.|localhost) ]] ||
        fail "$EXIT_USAGE" "the service answers by https only, except on loopback: ${setting[base_url]}"
    setting[mode]=${setting[mode]:-auto}
    case ${setting[mode]} in
    auto | fastcgi | cgi) ;;
    *) fail "$EXIT_USAGE" "mode is auto, fastcgi or cgi, not ${setting[mode]}" ;;
    esac
}

without_slashes() {
    local text=$1
    while [[ $text == *?/ ]]; do
        text=${text%/}
    done
    printf '%s' "$text"
}

# keep_settings FILE: what was given on the command line need not be given again.
keep_settings() {
    local key
    [ ! -e "$1" ] || return 0
    (
        umask 077
        {
            printf '# Where ./deploy.sh push deploys to. Lines of KEY=value; ./deploy.sh push --help explains them.\n'
            for key in $SETTING_KEYS; do
                [ -z "${setting[$key]:-}" ] || printf '%s=%s\n' "$key" "${setting[$key]}"
            done
        } >"$1.new"
    )
    mv -- "$1.new" "$1"
    say "kept these settings in $1"
}
