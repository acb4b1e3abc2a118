# `make run` and `make test` are all a newcomer needs; the rest is for daily work. Settings: .env.example.
SHELL := bash
.PHONY: help run test pictures lint format shell worker lock stop clean distclean setup
.DEFAULT_GOAL := help
IN := bin/with-environment
PYTHON := .venv/bin/python
# Two processes: the suite spends half of its time waiting for the database, the browser or a renderer.
TEST_PROCESSES ?= 2

help:  ## what can be made
	@sed -n 's/^\([a-z]*\): .*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

setup:  ## the tools and libraries alone
	@bin/setup run

run: setup  ## install what is missing, start database, web and worker: http://localhost:8000
	@$(IN) $(PYTHON) manage.py serve

test:  ## the whole suite, browser included; ARGS="tests/decrees -k sign" for a part
	@bin/setup test
	@. bin/environment && $(PYTHON) -m pytest -n $(TEST_PROCESSES) --dist loadgroup $(ARGS)

pictures:  ## the README's pictures anew, from the browser story
	@bin/setup test
	@. bin/environment && TAKE_PICTURES=1 $(PYTHON) -m pytest tests/e2e/test_story.py -p no:randomly -q

lint:  ## everything that is checked without running it
	@bin/setup test
	@bin/lint

format: setup  ## write the code in the one format
	@.venv/bin/ruff check --quiet --fix-only . ; .venv/bin/ruff format .

shell: setup  ## Python with the application loaded
	@$(IN) $(PYTHON) manage.py shell

worker: setup  ## one more worker
	@$(IN) $(PYTHON) manage.py worker

lock: setup  ## requirements.lock anew from pyproject.toml
	@bin/lock

stop: setup  ## stop an embedded PostgreSQL that something left behind
	@$(IN) $(PYTHON) -m uep.postgres stop

clean:  ## what is made from the code; data stays
	@rm -rf static_root .pytest_cache .ruff_cache .import_linter_cache .hypothesis tests/e2e/failures
	@find . -name __pycache__ -not -path './.venv/*' -not -path './.tools/*' -prune -exec rm -rf {} +

distclean: clean  ## the installed tools and libraries too; data (var/) stays
	@rm -rf .venv .tools
