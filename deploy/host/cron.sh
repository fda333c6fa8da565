# shellcheck shell=sh
# The block of weight-sync in the crontab; every other line stays as it is.

cron_begin="# weight-sync begin $private"
cron_end="# weight-sync end $private"

# Prints the whole table. Only "there is none" counts as empty; after any other failure the table would be overwritten.
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

# Prints the table without the block. Refuses a block that has lost its begin or end line: a person must repair it.
cron_others() {
    cron_table >"$private/crontab.before"
    for mark in "$cron_begin" "$cron_end"; do
        count=$(grep -cxF "$mark" "$private/crontab.before" || true)
        marks="${marks:-}$count"
    done
    case $marks in
    00 | 11) ;;
    *) refuse "the crontab has $marks begin and end lines of weight-sync: repair it with crontab -e" ;;
    esac
    awk -v begin="$cron_begin" -v end="$cron_end" \
        '$0 == begin { ours = 1 } !ours { print } $0 == end { ours = 0 }' "$private/crontab.before"
}

# Whether the configuration names client ids: then Google's keys must be fetched regularly.
signs_in_with_google() {
    awk '/^\[/ { inside = ($0 == "[google]") } inside' "$config" 2>/dev/null | tr -d ' \n' | grep -q 'client_ids=\["'
}

# host_cron_install: at a minute that depends on the account, so that not all accounts begin at once.
host_cron_install() {
    [ -x "$private/bin/weightctl" ] || refuse "there is no $private/bin/weightctl yet: push first"
    others=$(cron_others) || exit 1
    minute=$(($(id -u) % 60))
    {
        [ -z "$others" ] || printf '%s\n' "$others"
        printf '%s\n' "$cron_begin" \
            "# Written by deploy.sh cron install. Prints errors only, which cron mails." \
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

# host_cron_show: prints the block; code 1 where there is none.
host_cron_show() {
    table=$(cron_table) || exit 1
    printf '%s\n' "$table" |
        awk -v begin="$cron_begin" -v end="$cron_end" \
            '$0 == begin { ours = 1; found = 1 } ours { print } $0 == end { ours = 0 } END { exit !found }'
}
