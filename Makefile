# Two commands matter: `make demo` and `make test`; both make their own .venv first.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
REGION ?= data/weihai/weihai.toml
READY  := $(VENV)/.ready
TOOLS  := $(VENV)/.tools
export MPLBACKEND := Agg

.PHONY: help demo test test-slow test-faults lint gallery environment docs clean

help:
	@echo "make demo       install into .venv and run the Weihai demonstration into maps/weihai/"
	@echo "make test       install into .venv and run the tests (all but the slow and fault tiers)"
	@echo "make test-slow  the slow tier        make test-faults  the injected faults"
	@echo "make lint       ruff                 make gallery      maps/gallery/ from the demonstration"
	@echo "make environment  write environment.yml from pyproject.toml"

$(READY): pyproject.toml
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --upgrade pip
	$(PY) -m pip install --quiet -e .
	touch $(READY)

$(TOOLS): $(READY)
	$(PY) -m pip install --quiet -e '.[dev]'
	touch $(TOOLS)

demo: $(READY)
	$(VENV)/bin/bayqa run $(REGION)

test: $(TOOLS)
	$(PY) -m pytest -n 2 --dist loadfile -q --mpl -m "not slow and not faults"

test-slow: $(TOOLS)
	$(PY) -m pytest -n 2 --dist worksteal -q --mpl -m slow --timeout 3600

test-faults: $(TOOLS)
	$(PY) -m pytest -q -m faults --timeout 1800

lint: $(TOOLS)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check bayqa tests benchmarks tools data

gallery: $(TOOLS)
	$(PY) tools/make_gallery.py

environment: $(TOOLS)
	$(PY) tools/make_environment.py

docs: $(TOOLS)
	$(PY) -m pip install --quiet -e '.[docs]'
	$(PY) -m sphinx -q -b html docs docs/_build/html

clean:
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache
