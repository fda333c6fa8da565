#!/usr/bin/env bash
# Makes the example's icons for iOS, macOS and Windows of web/icon.svg. Needs chromium and convert (imagemagick).
set -euo pipefail

HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
EXAMPLE=$HERE/../example
WORK=$(mktemp -d)
trap 'rm -rf -- "$WORK"' EXIT

# draw FILE CSS: the icon with 1024 pixels on a background
draw() {
    printf '<!doctype html><style>body{margin:0;background:%s}img{display:block}</style><img width=1024 src="icon.svg">' \
        "$2" >"$WORK/page.html"
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$WORK/profile" \
        --default-background-color=00000000 --window-size=1024,1024 --screenshot="$1" "file://$WORK/page.html" 2>/dev/null
}

# png SIZE FROM FILE: few colours and no dates, so that the files are small and the same each time
png() { convert "$2" -resize "$1x$1" -strip -define png:exclude-chunks=date,time -colors 64 "$3"; }

cp -- "$EXAMPLE/web/icon.svg" "$WORK/icon.svg"
draw "$WORK/clear.png" transparent
draw "$WORK/full.png" '#00696b'

# iOS rounds the corners itself and allows nothing transparent.
convert "$WORK/full.png" -alpha off "$WORK/opaque.png"
png 1024 "$WORK/opaque.png" "$EXAMPLE/ios/Runner/Assets.xcassets/AppIcon.appiconset/icon_1024.png"
for size in 16 32 64 128 256 512 1024; do
    png "$size" "$WORK/clear.png" "$EXAMPLE/macos/Runner/Assets.xcassets/AppIcon.appiconset/icon_$size.png"
done
mkdir -p "$EXAMPLE/windows/runner/resources"
convert "$WORK/clear.png" -strip -define icon:auto-resize=256,48,32,16 "$EXAMPLE/windows/runner/resources/app_icon.ico"
