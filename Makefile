# Two commands matter: `make lab` opens the course, `make test` tests all of it. Both set up .venv first, once.

PYTHON ?= python3
PIP_ARGS ?=
PORT ?= 8888
WORK ?= work
LAB_ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed

.PHONY: help lab test test-gpu lint execute bench page

help:
	@echo "make lab       open the course in JupyterLab, on your own copy in $(WORK)/ (PORT=$(PORT))"
	@echo "make test      run every test: package, notebooks, widgets in a browser"
	@echo "make test-gpu  the same on CUDA with the gpu profile; fails where there is no GPU"
	@echo "make lint      ruff, and the direction of imports"
	@echo "make execute   run the chapters whose text changed, and save their outputs"
	@echo "make page      the page that computes in a browser, into build/page (needs node 20 or newer)"
	@echo "make bench     the side-by-side measurements"
	@echo "Add PIP_ARGS=... to choose where torch comes from (README)."

# requirements.txt pins the environment, so it is set up anew exactly when that file changes.
$(STAMP): requirements.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else f"flowlab needs Python 3.11 or newer, {sys.executable} is {v.major}.{v.minor}; try: make lab PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -r requirements.txt
	@touch $@

lab: $(STAMP)
	@$(PY) -m flowlab lab --into $(WORK) --port $(PORT) $(LAB_ARGS)

# Before the tests, which skip the page, visibly, where there is no npm.
test: $(STAMP)
	@if command -v npm >/dev/null; then $(PY) page/build.py; fi
	$(PY) -m pytest

test-gpu: $(STAMP)
	$(PY) -c 'import sys, torch; sys.exit(0 if torch.cuda.is_available() else "make test-gpu needs a CUDA device, and torch sees none: python -m flowlab doctor")'
	FLOWLAB_PROFILE=gpu $(PY) -m pytest

lint: $(STAMP)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(VENV)/bin/lint-imports
	@if command -v npm >/dev/null; then $(PY) -c 'import sys; sys.path.insert(0, "page"); import build; build.install(); build.npm("run", "lint")'; fi

execute: $(STAMP)
	$(PY) -m flowlab.course.build

bench: $(STAMP)
	for script in bench/[a-z]*.py; do echo "== $$script"; $(PY) $$script || [ $$? = 77 ] || exit 1; done

page: $(STAMP)
	@$(PY) page/build.py
