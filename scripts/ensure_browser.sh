#!/bin/sh
# Browser tests drive Debian's Chromium and need a font with Chinese characters.
set -eu
cd "$(dirname "$0")/.."
if [ ! -x /usr/bin/chromium ]; then
    sh scripts/apt_install.sh chromium fonts-noto-cjk
elif [ "$(id -u)" = 0 ] && [ ! -d /usr/share/fonts/opentype/noto ]; then
    sh scripts/apt_install.sh fonts-noto-cjk
fi
