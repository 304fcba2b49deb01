# The main commands are `make demo` and `make test`. They need Python 3.11 to 3.13, pip and make.
# `make reproduce-diatoms` and `make reproduce-rotten-tomatoes` repeat the experiments 003 and 004 on the CPU. This takes
# hours, or ten minutes with QUICK=1, which runs them in miniature. Both continue after an interruption.
#
# On Linux without an NVIDIA GPU the CPU build of torch is enough. It is 3 GB smaller:
#   make demo PIP_FLAGS="--extra-index-url https://download.pytorch.org/whl/cpu"

PYTHON ?= python3
PIP_FLAGS ?=
VENV := .venv
DOCS_VENV := .venv-docs
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install $(PIP_FLAGS) --constraint constraints.txt

# The demo needs no data and no network: it searches the shape of a net for generated outlines. The optimizer is fixed at
# values that learn in few epochs.
DEMO := --trials 20 --seed 0 --workers 2 --set data=generated --set epochs=18 --set batch_size=2 --set conv_2_num_filters=32 \
	--set learning_rate=0.002 --set decay=0.002 \
	--set one_minus_beta_1=0.1 --set one_minus_beta_2=0.001 --set epsilon=1e-8

# A second session of the tests and each process of theirs reads the bytecode that the first one wrote.
export PYTHONDONTWRITEBYTECODE :=

QUICK ?=
SCALE := $(if $(QUICK),quick,cpu)
reproduce = OMP_NUM_THREADS=1 $(BIN)/python experiments/$(1)/run.py --scale $(SCALE) --out reproduced/$(2)-$(SCALE)

# Tests, and how they run in parallel. On a busy machine a test may fail by its timing. So those that failed run once more,
# alone. One that passes then is flaky: it does not fail `make test`, but both runs print it, and it should be mended.
pytest = $(BIN)/python -m pytest $(1) $(2) || { [ $$? -eq 1 ] && echo "Tests failed. They run once more, \
	one after the other. A test that passes now is flaky." && $(BIN)/python -m pytest $(1) --last-failed --last-failed-no-failures none; }

.PHONY: demo test test-quick test-whole-runs test-end-to-end test-ray check dist docs pictures examples clean \
	reproduce-diatoms reproduce-rotten-tomatoes

demo: $(VENV)/demo
	@mkdir -p demo
	$(BIN)/paretune run diatoms $(DEMO) --storage demo/paretune.db --study demo --out demo/report

reproduce-diatoms: $(VENV)/demo
	$(call reproduce,003-diatoms,diatoms)

reproduce-rotten-tomatoes: $(VENV)/demo
	$(call reproduce,004-rotten-tomatoes,rotten-tomatoes)

# Quick tests first, then whole runs. Those on Ray start clusters and wait for them most of the time, so they run at the
# same time as the others, in one process of their own; their output comes at the end.
test: test-quick
	@$(MAKE) --no-print-directory --jobs=2 test-whole-runs

test-quick: $(VENV)/dev
	$(call pytest,,--numprocesses auto --maxprocesses 4 --dist worksteal)

test-whole-runs: test-end-to-end test-ray

test-end-to-end: $(VENV)/dev
	$(call pytest,-m "end_to_end and not (slow or gpu or ray)",--numprocesses auto --maxprocesses 4 --dist worksteal)

test-ray: $(VENV)/dev
	@mkdir -p build
	@{ $(call pytest,-m ray -o cache_dir=.pytest_cache/ray); } >build/test-ray.log 2>&1; status=$$?; \
	cat build/test-ray.log; exit $$status

check: $(VENV)/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# A wheel and an sdist, in dist.
dist: $(VENV)/demo
	$(BIN)/uv build --quiet --clear --out-dir dist
	@ls dist

# The site, in build/site. Its tools have an environment of their own, without Paretune, which they only read.
docs: $(DOCS_VENV)/done
	$(DOCS_VENV)/bin/python docs/site/build.py

pictures: $(VENV)/dev
	$(BIN)/python docs/site/pictures.py

# All examples, and the pictures of their fronts; about ten minutes.
examples: $(VENV)/dev
	$(BIN)/python docs/site/run_examples.py

$(DOCS_VENV)/done: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(DOCS_VENV)
	$(DOCS_VENV)/bin/python -m pip --quiet install --upgrade "pip>=25.1"
	$(DOCS_VENV)/bin/python -m pip --quiet install --constraint constraints.txt --group docs
	@touch $@

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/demo: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable ".[tensorflow]"
	@touch $@

$(VENV)/dev: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable ".[tensorflow,dev]"
	@touch $@

clean:
	rm -rf $(VENV) $(DOCS_VENV) build demo reproduced
