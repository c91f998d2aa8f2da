# Each target is one line over `python3 dev.py NAME`: without make, call that.
# Options: make test ARGS="-k walk" · make run PORT=8001 HTTPS=1 · make setup PYTHON=python3.12
PYTHON ?= python3
DEV = $(PYTHON) dev.py
.DEFAULT_GOAL := help
.PHONY: setup run test lint bench faults shots translations lock help

setup: ## install and build everything, bring the database up to date
	@$(DEV) setup
run: ## serve the site at 127.0.0.1:8000 with a demo year (PORT, INSTANCE_PATH, HTTPS=1)
	@$(DEV) run
test: ## run all tests: on SQLite, on PostgreSQL, in the browser
	@$(DEV) test -- $(ARGS)
lint: ## check style, format, types and who imports whom
	@$(DEV) lint
bench: ## measure, write bench/results.json, fail when a figure falls short
	@$(DEV) bench -- $(ARGS)
faults: ## break processes, disks and networks under load, check that nothing is lost
	@$(DEV) faults -- $(ARGS)
shots: ## take the screenshots of README and manual anew
	@$(DEV) shots -- $(ARGS)
translations: ## bring the English catalogue up to the texts of the sources
	@$(DEV) translations
lock: ## resolve requirements*.in anew into the lock files with hashes
	@$(DEV) lock
help: ## show this list
	@$(DEV) help
