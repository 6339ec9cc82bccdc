#!/bin/sh
# See that PostgreSQL and Redis answer on loopback; start them from Debian's packages where they do not.
# A PostgreSQL that runs already is left as it is. Ours is a cluster of its own, for tests: it trusts loopback.
set -eu
cd "$(dirname "$0")/.."
postgres_port=${POSTGRES_PORT:-5432}
redis_port=${REDIS_PORT:-6379}

answers() {
    .venv/bin/python -c 'import socket, sys; socket.create_connection(("127.0.0.1", int(sys.argv[1])), 2)' "$1" 2>/dev/null
}

wait_for() {
    for _ in $(seq 50); do
        if answers "$1"; then return 0; fi
        sleep 0.2
    done
    echo "$2 已安装，但没有在 127.0.0.1:$1 上启动。" >&2
    exit 1
}

newest_postgres() { # the client alone also has its folder there
    find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | cut -d/ -f5 | sort -n | tail -n 1
}

start_postgres() {
    if [ ! -x /usr/bin/pg_createcluster ] || [ -z "$(newest_postgres)" ]; then
        sh scripts/apt_install.sh postgresql
    fi
    if [ "$(id -u)" != 0 ]; then
        echo "PostgreSQL 没有在 127.0.0.1:$postgres_port 上运行，请由管理员启动。" >&2
        exit 1
    fi
    version=$(newest_postgres)
    name=youthleague-$postgres_port
    if ! pg_lsclusters -h | grep -q "^$version *$name "; then
        pg_createcluster "$version" "$name" --port "$postgres_port" --start-conf manual --encoding UTF8 --locale C.UTF-8 \
            -- --auth-local=peer --auth-host=trust >/dev/null
    fi
    pg_ctlcluster --skip-systemctl-redirect "$version" "$name" start
    wait_for "$postgres_port" PostgreSQL
}

start_redis() {
    if [ ! -x /usr/bin/redis-server ]; then
        sh scripts/apt_install.sh redis-server
    fi
    if ! answers "$redis_port"; then
        redis-server --port "$redis_port" --bind 127.0.0.1 --daemonize yes --save '' --dir "$(mktemp -d)" >/dev/null
    fi
    wait_for "$redis_port" Redis
}

if ! answers "$postgres_port"; then start_postgres; fi
if ! answers "$redis_port"; then start_redis; fi
