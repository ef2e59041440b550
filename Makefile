# Two commands matter: `make lab` opens the course, `make test` tests all of it. Both set up .venv first, once.

PYTHON ?= python3
PIP_ARGS ?=
PORT ?= 8888
WORK ?= work
LAB_ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
SITE_STAMP := $(VENV)/.installed-site
SITE ?= build/site

JOBS ?= 2
CHAPTERS ?=
TIMES ?= 1

.PHONY: help lab test test-gpu reader gpu lint execute site page bench

help:
	@echo "make lab       open the course in JupyterLab, on your own copy in $(WORK)/ (PORT=$(PORT))"
	@echo "make test      run every test: package, notebooks, widgets in a browser (JOBS=$(JOBS) processes)"
	@echo "make test-gpu  the same on CUDA with the gpu profile; fails where there is no GPU"
	@echo "make reader    run all chapters as make lab gives them to a reader, and print their seconds (CHAPTERS=, TIMES=)"
	@echo "make gpu       all that waits for a GPU, in at most 590 seconds: measurements, tests, chapters, training"
	@echo "make lint      ruff, the direction of imports, and no circles among them"
	@echo "make execute   run the chapters whose text changed, and save their outputs"
	@echo "make site      chapters, reference and glossary as pages to read offline, in $(SITE)/ (needs Node.js)"
	@echo "make page      the page that computes in a browser, into build/page (needs node 20 or newer)"
	@echo "make bench     the side-by-side measurements"
	@echo "Add PIP_ARGS=... to choose where torch comes from (README)."

# requirements.txt pins the environment, so it is set up anew exactly when that file changes.
$(STAMP): requirements.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else f"flowlab needs Python 3.11 or newer, {sys.executable} is {v.major}.{v.minor}; try: make lab PYTHON=python3.12")'
	@echo "Setting up .venv, once: 2 to 3 GB of packages. That takes minutes, and pip says below how far it is."
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --disable-pip-version-check $(PIP_ARGS) -r requirements.txt
	@touch $@

# What only the site needs. `make lab` goes without it.
$(SITE_STAMP): docs/requirements.txt | $(STAMP)
	$(PY) -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -r docs/requirements.txt
	@touch $@

lab: $(STAMP)
	@$(PY) -m flowlab_course lab --into $(WORK) --port $(PORT) $(LAB_ARGS)

# The page is built before the tests, which skip it, visibly, where there is no npm.
test: $(STAMP) $(SITE_STAMP)
	@if command -v npm >/dev/null; then $(PY) page/build.py; fi
	$(PY) -m pytest -n $(JOBS) --dist loadscope

test-gpu: $(STAMP) $(SITE_STAMP)
	$(PY) -c 'import sys, torch; sys.exit(0 if torch.cuda.is_available() else "make test-gpu needs a CUDA device, and torch sees none: python -m flowlab doctor")'
	@if command -v npm >/dev/null; then $(PY) page/build.py; fi
	FLOWLAB_PROFILE=gpu $(PY) -m pytest

reader: $(STAMP)
	@$(PY) -m tests.lab $(CHAPTERS) --times $(TIMES) $(if $(START_METHOD),--start-method $(START_METHOD))

gpu:
	@bash bench/gpu_run.sh

lint: $(STAMP)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(VENV)/bin/lint-imports
	@if command -v npm >/dev/null; then $(PY) -c 'import sys; sys.path.insert(0, "page"); import build; build.install(); build.npm("run", "lint")'; fi

execute: $(STAMP)
	$(PY) -m flowlab_course.build

# The browser page joins the site where its sources are here.
site: $(STAMP) $(SITE_STAMP)
	@$(if $(wildcard page/package.json),$(MAKE) page)
	@$(PY) -m docs.site --out $(SITE)

bench: $(STAMP)
	for script in $(filter-out bench/gpu_chapter.py,$(wildcard bench/[a-z]*.py)); do echo "== $$script"; $(PY) $$script || [ $$? = 77 ] || exit 1; done

page: $(STAMP)
	@$(PY) page/build.py
