# shellcheck shell=bash
# What push must know about a host: lines of KEY=value in a small file, which no shell ever runs, and options that override
# them. read_settings reads both, once; after that "setting KEY" prints a value.

load say

readonly SETTING_KEYS="host port ssh_options web_directory private_directory base_url mode"

declare -gA SETTING_OF_OPTION=(
    [--host]=host [--web]=web_directory [--private]=private_directory [--base-url]=base_url
    [--port]=port [--ssh-options]=ssh_options [--mode]=mode
)

declare -gA settings=()
# Those that an option has given.
declare -gA given_options=()
settings_file=$REPOSITORY/.deploy

setting() { printf '%s' "${settings[$1]:-}"; }

# is_given KEY: whether an option has given it.
is_given() { [ -n "${given_options[$1]:-}" ]; }

# is_host_option ARGUMENT: whether it is one of the options that all commands for a host share.
is_host_option() {
    local name=${1%%=*}
    [[ $name == --* ]] && { [ "$name" = --settings ] || [ -n "${SETTING_OF_OPTION[$name]:-}" ]; }
}

# read_settings COMMAND ARGUMENT...: the arguments that all commands for a host share; then the file.
read_settings() {
    local command=$1 key
    shift
    while [ $# -gt 0 ]; do
        case $1 in
        --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
        --settings)
            need_value "$@"
            settings_file=$2
            shift 2
            ;;
        -*)
            key=${SETTING_OF_OPTION[$1]:-}
            [ -n "$key" ] || fail_usage "$command: unknown argument $1 (see $command --help)"
            need_value "$@"
            settings[$key]=$2
            given_options[$key]=yes
            shift 2
            ;;
        *)
            [ -z "${settings[host]:-}" ] || fail_usage "$command: unknown argument $1 (see $command --help)"
            settings[host]=$1
            given_options[host]=yes
            shift
            ;;
        esac
    done
    load_settings_file
    check_settings
}

# Keeps what an option has set.
load_settings_file() {
    local line key value number=0
    [ -f "$settings_file" ] || return 0
    while IFS= read -r line || [ -n "$line" ]; do
        number=$((number + 1))
        # The byte order mark that editors on Windows write.
        [ "$number" -gt 1 ] || line=${line#$'\xEF\xBB\xBF'}
        line=${line%$'\r'}
        [[ ! $line =~ ^[[:space:]]*(#|$) ]] || continue
        [[ $line =~ ^[[:space:]]*([a-z_]+)[[:space:]]*=[[:space:]]*(.*[^[:space:]])?[[:space:]]*$ ]] ||
            fail_usage "$settings_file, line $number is not KEY=value"
        key=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]}
        [[ " $SETTING_KEYS " == *" $key "* ]] ||
            fail_usage "$settings_file, line $number: there is no setting $key (there are: $SETTING_KEYS)"
        [ -n "${settings[$key]:-}" ] || settings[$key]=$value
    done <"$settings_file"
}

# Fills in defaults and refuses what cannot work.
check_settings() {
    local key plain='^[A-Za-z0-9._/+@,=:-]+$'
    for key in host web_directory base_url; do
        [ -n "${settings[$key]:-}" ] ||
            fail_usage "$key is missing: give it once (push --help shows how); it is then kept in $settings_file"
    done
    [[ ${settings[host]} =~ ^([A-Za-z0-9_][A-Za-z0-9._-]*@)?([A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])$ ]] ||
        fail_usage "${settings[host]} is not [user@]host (a port: --port; an IPv6 address: user@[2001:db8::1])"
    settings[port]=${settings[port]:-22}
    [[ ${settings[port]} =~ ^[1-9][0-9]{0,4}$ && ${settings[port]} -le 65535 ]] || fail_usage "${settings[port]} is not a port"
    settings[private_directory]=${settings[private_directory]:-weight-sync}
    for key in web_directory private_directory; do
        # Relative to the home directory on the host, also where the shell here did not expand the tilde.
        settings[$key]=${settings[$key]#"~/"}
        settings[$key]=$(without_slashes "${settings[$key]}")
        # mod_fcgid cannot start a program whose path holds a space.
        [[ ${settings[$key]} =~ $plain && ! /${settings[$key]}/ =~ /\.\.?/ ]] ||
            fail_usage "$key may hold letters, digits and ._/+@,=:- only, and no . or .. as a part: ${settings[$key]}"
    done
    # Both programs look for weight-sync/weight-sync.toml in the directories above them.
    [ "$(basename "${settings[private_directory]}")" = weight-sync ] ||
        fail_usage "the last part of private_directory must be weight-sync: the programs look for that name"
    settings[base_url]=$(without_slashes "${settings[base_url]}")
    [[ ! ${settings[base_url]} =~ ^https?://[^/]+/ ]] ||
        fail_usage "base_url is https://HOST without a path, not ${settings[base_url]}: the service needs a site of its own, for instance a subdomain"
    [[ ${settings[base_url]} =~ ^https?://[A-Za-z0-9.-]+(:[0-9]+)?$ ]] ||
        fail_usage "base_url is https://HOST, not ${settings[base_url]}"
    [[ ${settings[base_url]} =~ ^https://|^http://(127\.|localhost) ]] ||
        fail_usage "the service answers by https only, except on loopback: ${settings[base_url]}"
    settings[mode]=${settings[mode]:-auto}
    case ${settings[mode]} in
    auto | fastcgi | cgi) ;;
    *) fail_usage "mode is auto, fastcgi or cgi, not ${settings[mode]}" ;;
    esac
}

without_slashes() {
    local text=$1
    while [[ $text == *?/ ]]; do
        text=${text%/}
    done
    printf '%s' "$text"
}

# Creates the file of options if it is missing: after a first push that fails, status, logs and ctl need them.
keep_first_settings() { [ -f "$settings_file" ] || keep_settings; }

# Keeps the options of a push that succeeded, so that they need not be given again.
keep_settings() {
    local key line lines=() changed=() written=" "
    if [ -f "$settings_file" ]; then
        while IFS= read -r line || [ -n "$line" ]; do
            if [[ $line =~ ^[[:space:]]*([a-z_]+)[[:space:]]*= ]]; then
                key=${BASH_REMATCH[1]}
                written+="$key "
                if [ -n "${given_options[$key]:-}" ] && [ "$(value_of "$line")" != "${settings[$key]}" ]; then
                    line=$key=${settings[$key]}
                    changed+=("$line")
                fi
            fi
            lines+=("$line")
        done <"$settings_file"
    else
        lines=('# Where ./deploy.sh push deploys to. Lines of KEY=value; ./deploy.sh push --help explains them.')
    fi
    for key in $SETTING_KEYS; do
        # Defaults are left out.
        if [[ $written != *" $key "* && -n ${given_options[$key]:-} ]]; then
            changed+=("$key=${settings[$key]}")
            lines+=("$key=${settings[$key]}")
        fi
    done
    [ "${#changed[@]}" -gt 0 ] || return 0
    if ! { (umask 077 && printf '%s\n' "${lines[@]}" >"$settings_file.new") && mv -- "$settings_file.new" "$settings_file"; }; then
        warn "these options could not be kept in $settings_file: give them again next time"
        return 0
    fi
    say "kept in $settings_file: ${changed[*]}"
}

# value_of LINE: without the blanks, and the carriage return of editors on Windows, around it.
value_of() {
    local value=${1#*=}
    value=${value%$'\r'}
    value=${value#"${value%%[![:space:]]*}"}
    value=${value%"${value##*[![:space:]]}"}
    printf '%s' "$value"
}
