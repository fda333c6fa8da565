#!/usr/bin/env bash
# Takes the screenshots of docs/screenshots from the desktop window, with a real server that it starts and stops.
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
# If root starts the servers, they run as another user, who must be able to reach the folder.
chmod 711 "$WORK"
OPTIONS=(--directory "$WORK/server" "$@")
window='' screen=''

# shellcheck source=app/tool/screenshots/seed.sh
source "$HERE/screenshots/seed.sh"

finish() {
    [ -z "$window" ] || kill "$window" 2>/dev/null || true
    [ -z "$screen" ] || kill "$screen" 2>/dev/null || true
    stop_server 2>/dev/null || true
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

stop_server() { "$REPOSITORY/deploy.sh" local stop "${OPTIONS[@]:0:2}" >/dev/null; }

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

# tap X Y [SECONDS]: taps at a position in pixels from the upper left corner, then waits for animations
tap() {
    xdotool mousemove "$1" "$2" click 1
    sleep "${3:-1.5}"
}

write() { xdotool type --delay 20 "$1"; }

picture() {
    # Over the app bar's title the pointer highlights nothing.
    xdotool mousemove "$((WIDTH / 2))" 4
    sleep 1
    import -window root "$PICTURES/$1.png"
}

sign_in() {
    tap 206 434 0.5
    write "$EMAIL"
    tap 206 506 0.5
    write "$PASSWORD"
    xdotool key Return
    sleep 6
}

mkdir -p "$PICTURES"
[ -e "$HERE/../build/desktop/runner" ] || "$HERE/desktop.sh" build
start_server
make_account
start_screen

start_window light en phone
tap 346 136 # sign in
picture sign-in
sign_in
picture empty
tap 326 848 # add
write 74.3
tap 206 402 4 # save, and wait until it is sent
upload_year
tap 344 28 4 # sync
picture list
tap 300 422 # all
tap 190 300
picture chart
tap 180 422 # three months

tap 326 848
write 1750
tap 206 402
picture add
tap 28 28 # back

# Another device changes the latest weight, then this one does before it has synced.
edit_latest 74.9
tap 120 560 2 # the first entry
tap 206 118 0.5
xdotool key ctrl+a
write 73.8
tap 206 427 5
picture conflict-waiting
tap 330 152 2 # have a look
picture conflict
tap 206 332 3 # keep mine
tap 28 28

tap 384 28 2 # settings
picture settings
tap 28 28

start_window dark de phone
picture list-dark-german
stop_server
tap 344 28 4
picture offline-dark-german
