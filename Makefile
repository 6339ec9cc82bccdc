# Everything that is done to this project by hand stands here; `make help` lists it.
SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8000
VAR_DIR ?= $(CURDIR)/var
BIN := .venv/bin
RUN := $(BIN)/python
export PYTHON PYTHONUNBUFFERED = 1

##@ 使用
.PHONY: run
run: export DEMO = 1
run: export PORT := $(PORT)
run: export VAR_DIR := $(VAR_DIR)
run: venv keys ## 安装、建库、装入演示数据并启动（演示模式，http://127.0.0.1:$PORT/）
	@exec $(RUN) -m scripts.serve

.PHONY: serve
serve: export PORT := $(PORT)
serve: export VAR_DIR := $(VAR_DIR)
serve: venv ## 按环境变量正式启动（不装演示数据，先运行一次 make keys）
	@exec $(RUN) -m scripts.serve

.PHONY: keys
keys: export VAR_DIR := $(VAR_DIR)
keys: venv ## 没有密钥文件时生成一个（权限 0600）
	@$(RUN) -m youthleague.protection.keyfile "$${KEY_FILE:-$$VAR_DIR/keys.json}"

.PHONY: demo
demo: export VAR_DIR := $(VAR_DIR)
demo: venv keys ## 往空库里装入演示区县，SEED=数字 换一组
	@umask 077 && DEMO=0 $(RUN) manage.py prepare && $(RUN) manage.py demo $(if $(SEED),--seed $(SEED))

##@ 测试
.PHONY: test
test: dev browser ## 全部测试（SQLite、文件系统队列、浏览器）
	@$(RUN) -m scripts.run_tests pure plain contract e2e

.PHONY: test-services
test-services: dev ## 在 PostgreSQL 和 Redis 上测试，没有运行时自行安装并启动
	@sh scripts/ensure_services.sh
	@$(RUN) -m scripts.run_tests postgresql contract-some services

.PHONY: contract-full
contract-full: export PROFILE = full
contract-full: dev ## 数据范围契约测试（全量，SQLite 和 PostgreSQL）
	@sh scripts/ensure_services.sh
	@$(RUN) -m scripts.run_tests contract contract-postgresql

.PHONY: chaos
chaos: export PROFILE = full
chaos: dev ## 反复强行终止进程（全量）
	@sh scripts/ensure_services.sh
	@$(RUN) -m scripts.run_tests chaos

.PHONY: thorough
thorough: export PROFILE = full
thorough: dev browser ## 全部测试的全量版本，耗时很长
	@sh scripts/ensure_services.sh
	@$(RUN) -m scripts.run_tests pure plain contract e2e postgresql postgresql-pages contract-postgresql services

.PHONY: cover
cover: dev ## 分支覆盖率（不低于 95%）
	@$(RUN) -m scripts.run_tests cover

##@ 检查
.PHONY: check
check: dev ## 代码风格、类型、分层、模板、迁移、部署设置、架构测试
	@sh scripts/check.sh

.PHONY: fmt
fmt: dev ## 整理代码和模板的格式
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .
	@find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 {} +

##@ 度量
.PHONY: bench
bench: dev ## 运行全部性能测量，BENCH=名称 只运行一个，ARGS=参数
	@for file in $$(grep -l -e --json benchmarks/$(if $(BENCH),$(BENCH),*).py); do echo "== $$file"; $(RUN) "$$file" $(ARGS) || exit 1; done

.PHONY: shots
shots: dev browser ## 每个角色、每个页面和每种状态的截图，存入 .shots/，ARGS="角色 --theme dark --district long" 可选
	@$(RUN) -m scripts.shots $(ARGS)

.PHONY: corpus
corpus: dev ## 用 CORPUS_DIR 里的电子表格逐个试导入，列表显示结果并与预期对照
	@$(RUN) -m scripts.corpus

##@ 准备
.PHONY: venv
venv: ## 建立 .venv 并安装运行所需的包（有变化时）
	@sh scripts/ensure_venv.sh run

.PHONY: dev
dev: ## 安装测试和检查所需的包（有变化时）
	@sh scripts/ensure_venv.sh dev

.PHONY: browser
browser: ## 安装浏览器测试所需的 Chromium 和中文字体（没有时）
	@sh scripts/ensure_browser.sh

.PHONY: help
help: ## 列出全部命令
	@awk -F ':.*## ' '/^##@ /{printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
