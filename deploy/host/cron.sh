# shellcheck shell=sh
# shellcheck disable=SC2154  # names are shared: the parts are sent as one text
# The one block of the crontab that is ours; every other line is left as it is.

cron_begin="# weight-sync begin $private"
cron_end="# weight-sync end $private"

# The whole table. Only "there is none" counts as empty: any other failure must not end in a table that is lost.
cron_table() {
    if table=$(LC_ALL=C crontab -l 2>&1); then
        printf '%s\n' "$table"
    else
        case $table in
        *"no crontab for"*) ;;
        *) refuse "crontab -l: $table" ;;
        esac
    fi
}

# The table without our block. A block that somebody tore apart is for a person to mend.
cron_others() {
    cron_table >"$private/crontab.before"
    for mark in "$cron_begin" "$cron_end"; do
        count=$(grep -cxF "$mark" "$private/crontab.before" || true)
        marks="${marks:-}$count"
    done
    case $marks in
    00 | 11) ;;
    *) refuse "the crontab has $marks begin and end lines of weight-sync: mend it with crontab -e" ;;
    esac
    awk -v begin="$cron_begin" -v end="$cron_end" \
        '$0 == begin { ours = 1 } !ours { print } $0 == end { ours = 0 }' "$private/crontab.before"
}

# Sign-in with Google needs its keys fetched; without client ids there is nothing to fetch.
signs_in_with_google() {
    awk '/^\[/ { inside = ($0 == "[google]") } inside' "$config" 2>/dev/null | tr -d ' \n' | grep -q 'client_ids=\["'
}

# host_cron_install: at a minute of the account's own, so that not all accounts begin at once.
host_cron_install() {
    [ -x "$private/bin/weightctl" ] || refuse "there is no $private/bin/weightctl yet: push first"
    others=$(cron_others) || exit 1
    minute=$(($(id -u) % 60))
    {
        [ -z "$others" ] || printf '%s\n' "$others"
        printf '%s\n' "$cron_begin" \
            "# Written by deploy.sh cron install. Prints only what went wrong, which cron mails." \
            "$minute 4 * * * $private/bin/weightctl purge --quiet"
        ! signs_in_with_google || printf '%s\n' "$minute * * * * $private/bin/weightctl google-keys refresh --quiet"
        printf '%s\n' "$cron_end"
    } | crontab -
}

host_cron_remove() {
    others=$(cron_others) || exit 1
    if [ -n "$others" ]; then
        printf '%s\n' "$others" | crontab -
    else
        # An empty table; -r fails where there was none.
        crontab -r 2>/dev/null || true
    fi
}

# host_cron_show: our block, or nothing and code 1.
host_cron_show() {
    table=$(cron_table) || exit 1
    printf '%s\n' "$table" |
        awk -v begin="$cron_begin" -v end="$cron_end" \
            '$0 == begin { ours = 1; found = 1 } ours { print } $0 == end { ours = 0 } END { exit !found }'
}
