#!/bin/sh
# Everything that can be said about the code without running the portal. Each part prints its name and its time; all of them run.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

part() {
    title=$1
    shift
    started=$(date +%s)
    if ! "$@" >"$scratch/output" 2>&1; then
        cat "$scratch/output" >&2
        echo "✗ $title" >&2
        failed=1
        return
    fi
    echo "✓ $title（$(($(date +%s) - started)) 秒）"
}

templates_formatted() {
    find templates -name '*.html' -exec "$bin/djade" --check --target-version 5.2 {} +
}

# Settings as in production: a host name, HTTPS, keys of its own and an empty folder.
unset DATABASE_URL REDIS_URL STATIC_ROOT
export VAR_DIR="$scratch/var" KEY_FILE="$scratch/keys.json" DEMO=0 DEBUG=0 PLAIN_HTTP=0 ALLOWED_HOSTS=example
"$bin/python" -m youthleague.protection.keyfile "$scratch/keys.json"
part "代码规则" "$bin/ruff" check --quiet .
part "代码格式" "$bin/ruff" format --check --quiet .
part "分层导入" "$bin/lint-imports"
part "模板规则" "$bin/djlint" --lint --quiet templates
part "模板格式" templates_formatted
part "迁移齐全" "$bin/python" manage.py makemigrations --check --dry-run
part "部署设置" "$bin/python" manage.py check --deploy --fail-level WARNING
part "架构测试" "$bin/python" -m pytest tests/architecture
part "类型检查" "$bin/mypy" .
exit $failed
