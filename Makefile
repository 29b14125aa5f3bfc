# Everything is built in one directory outside the checkout, so that clones share it.
CARGO_TARGET_DIR ?= $(HOME)/.cache/jingwei/target
target := $(CARGO_TARGET_DIR)
jw := $(target)/debug/jw
# Given as an option to each command instead: a compiler cache then hits between directories.
unexport CARGO_TARGET_DIR

build_jw := cargo build --package jw --target-dir "$(target)"
xtask := cargo run --quiet --package xtask --target-dir "$(target)" --

.DEFAULT_GOAL := help
.PHONY: help build dist demo demo-engines test up bench lint clean

help: ## Show this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## Build the binary jw
	@scripts/setup.sh demo
	@scripts/console.sh build
	$(build_jw)
	@echo "built $(jw)"

dist: ## Build jw as it is handed out: small, 40 MiB at most (half an hour on 2 cores)
	@scripts/setup.sh demo
	@scripts/console.sh build
	cargo build --package jw --profile dist --target-dir "$(target)"
	@bytes=$$(stat -c %s "$(target)/dist/jw"); echo "built $(target)/dist/jw: $$((bytes / 1048576)) MiB"; [ "$$bytes" -le 41943040 ]

demo: ## Install what is missing, build, and run real jobs over eight sites
	@scripts/setup.sh demo
	@scripts/console.sh build
	$(build_jw)
	@JW="$(jw)" scripts/demo.sh

demo-engines: ## Slurm clusters, Kubernetes, data that moves, and one cluster killed half-way (root)
	@scripts/setup.sh test
	@scripts/console.sh build
	$(build_jw)
	@JW="$(jw)" scripts/demo-engines.sh

test: ## Install what is missing and pass every test
	@scripts/test.sh "$(target)"

up: ## Keep it running: eight sites, the console and the API at http://127.0.0.1:7070
	@scripts/setup.sh demo
	@scripts/console.sh build
	$(build_jw)
	"$(jw)" up

bench: ## Measure; ARGS="planner" for one part
	@$(xtask) bench $(ARGS)

lint: ## Check formatting and lints
	@$(xtask) lint

clean: ## Remove what was built
	cargo clean --target-dir "$(target)"
