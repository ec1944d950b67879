# moziplus. `make demo` and `make test` do all the set-up they need, in .venv. Written for GNU make 3.81.

VENV = .venv
# A machine that forbids byte code makes each of the thousand processes that the tests start compile moziplus anew.
unexport PYTHONDONTWRITEBYTECODE
BIN = $(VENV)/bin
READY = $(VENV)/.ready
TESTS = tests
# One more than there are cores: many tests wait for processes that they started.
JOBS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PYTEST = $(BIN)/python -m pytest

.PHONY: help demo test drill lint format bench soak lock clean

help:
	@echo 'make demo    the console with a scripted team on a throw-away home (no gateway, no model)'
	@echo 'make test    lint, types, import rules and the tests'
	@echo 'make lint    only the first three      make format  let ruff mend what it can'
	@echo 'make drill   kills at every instant, a month of simulated work, stories played by real agents'
	@echo 'make bench   measure the speed table   make soak    the tests that take minutes on purpose'
	@echo 'make lock    renew requirements.txt from pyproject.toml (needs uv)      make clean'

$(READY): requirements.txt pyproject.toml .ci/venv
	@echo 'Setting up $(VENV), once: the packages of requirements.txt come from the network, which takes a minute or more ...'
	@sh .ci/venv $(VENV) -r requirements.txt
	@echo 'The packages are there; installing moziplus itself ...'
	@sh .ci/venv $(VENV) --no-deps --no-build-isolation --editable .
	@touch $(READY)

demo: $(READY)
	@if [ -t 0 ] && [ -t 1 ]; then \
	    exec $(BIN)/moziplus demo; \
	else \
	    exec $(BIN)/moziplus demo --headless --until-idle; \
	fi

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/mypy --platform darwin --cache-dir .mypy_cache/darwin console widgets
	$(BIN)/lint-imports

test: lint
	$(PYTEST) -n $(JOBS) --maxprocesses 8 --dist worksteal $(TESTS)

drill: $(READY)
	$(PYTEST) -m 'drill and not soak' -n auto --maxprocesses 8 --dist worksteal $(TESTS)

format: $(READY)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(READY)
	@for bench in tests/benchmarks/bench_*.py; do \
	    name=$$(basename $$bench .py); echo "== $$name"; $(BIN)/python -m tests.benchmarks.$$name || exit 1; \
	done

soak: $(READY)
	$(PYTEST) -m soak $(TESTS)

lock:
	@sh .ci/lock

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis snapshot_report.html
	find console widgets tests -name __pycache__ -type d -prune -exec rm -rf {} +
