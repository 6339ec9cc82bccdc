#!/bin/sh
# Make .venv and install what `run` or `dev` needs; nothing is installed while the requirements stand as they were.
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-run}
python=${PYTHON:-python3}

exec 9<requirements.txt
flock 9 # two starts from one folder wait for each other

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "需要 Python 3.11 或更高版本，请先安装，或用 PYTHON=路径 指明。" >&2
    exit 1
fi
if ! .venv/bin/python -c '' 2>/dev/null; then
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        sh scripts/apt_install.sh python3-venv
    fi
    rm -rf .venv
    "$python" -m venv .venv
fi

if [ "$purpose" = dev ]; then
    files="requirements.txt requirements-dev.txt"
else
    files="requirements.txt"
fi
# shellcheck disable=SC2086
wanted=$(cat $files | sha256sum | cut -d' ' -f1)
stamp=.venv/.installed-$purpose
if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi

echo "正在安装 Python 包……"
options=""
for file in $files; do options="$options -r $file"; done
# shellcheck disable=SC2086
.venv/bin/python -m pip install -qq --disable-pip-version-check $options
echo "$wanted" >"$stamp"
if [ "$purpose" = dev ]; then
    sha256sum <requirements.txt | cut -d' ' -f1 >.venv/.installed-run
fi
