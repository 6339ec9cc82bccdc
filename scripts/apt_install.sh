#!/bin/sh
# Install Debian packages as root, or say in one sentence what is missing.
set -eu
if [ "$(id -u)" != 0 ]; then
    echo "缺少 Debian 软件包 $*，请由管理员运行：apt-get install -y $*" >&2
    exit 1
fi
echo "正在安装 Debian 软件包 $*……"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt-get update -qq && apt-get install -qq -y --no-install-recommends "$@"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "Debian 软件包 $* 没有装上，请检查软件源后重试。" >&2
    exit 1
fi
