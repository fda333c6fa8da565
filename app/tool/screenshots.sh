#!/usr/bin/env bash
# Takes the pictures of docs/screenshots from the real window, against a real server that it starts and stops.
#
#   screenshots.sh [OPTION of ./deploy.sh local ...]      for instance --binaries DIR --port N --database-port N
#
# Needs Xvfb, xdotool, import (imagemagick), curl, and what desktop.sh needs.
set -euo pipefail

HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
REPOSITORY=$(cd -- "$HERE/../.." && pwd -P)
PICTURES=$REPOSITORY/docs/screenshots
WIDTH=412 HEIGHT=892
WORK=$(mktemp -d)
OPTIONS=(--directory "$WORK/server" "$@")
window='' screen=''

# shellcheck source=app/tool/screenshots/seed.sh
source "$HERE/screenshots/seed.sh"

finish() {
    [ -z "$window" ] || kill "$window" 2>/dev/null || true
    [ -z "$screen" ] || kill "$screen" 2>/dev/null || true
    "$REPOSITORY/deploy.sh" local stop "${OPTIONS[@]:0:2}" >/dev/null 2>&1 || true
    rm -rf -- "$WORK"
}
trap finish EXIT

start_server() {
    SERVER=$("$REPOSITORY/deploy.sh" local --detach "${OPTIONS[@]}" 2>"$WORK/server.log" | sed -n 's/^ready //p' | tail -1)
    [ -n "$SERVER" ] || {
        cat "$WORK/server.log" >&2
        return 1
    }
}

start_screen() {
    exec 8< <(exec Xvfb -displayfd 1 -screen 0 "${WIDTH}x${HEIGHT}x24" -nolisten tcp 2>/dev/null)
    screen=$!
    read -r number <&8
    export DISPLAY=:$number
}

# start_window THEME LANGUAGE DEVICE
start_window() {
    [ -z "$window" ] || {
        kill "$window"
        wait "$window" 2>/dev/null || true
    }
    WEIGHT_SYNC_SERVER=$SERVER WEIGHT_SYNC_FOLDER=$WORK/$3 WEIGHT_SYNC_THEME=$1 WEIGHT_SYNC_LANGUAGE=$2 \
        "$HERE/desktop.sh" run "$WIDTH" "$HEIGHT" >"$WORK/window.log" 2>&1 &
    window=$!
    sleep 5
    kill -0 "$window" || {
        cat "$WORK/window.log" >&2
        return 1
    }
}

# tap X Y [SECONDS]: in pixels from the upper left, then a pause for the movement that follows
tap() {
    xdotool mousemove "$1" "$2" click 1
    sleep "${3:-1.5}"
}

write() { xdotool type --delay 20 "$1"; }

picture() {
    # The pointer must not lie on anything.
    xdotool mousemove 0 "$((HEIGHT - 1))"
    sleep 1
    import -window root "$PICTURES/$1.png"
}

sign_in() {
    tap 206 456 0.5
    write "$EMAIL"
    tap 206 532 0.5
    write "$PASSWORD"
    xdotool key Return
    sleep 6
}

mkdir -p "$PICTURES"
[ -e "$HERE/../build/desktop/runner" ] || "$HERE/desktop.sh" build
start_server
start_screen
start_window light en phone
picture sign-in
if [ -n "${LEARN:-}" ]; then
    bash
    exit
fi
