# `make demo` and `make test` set up everything they need in .venv; repeated, they cost seconds.
PYTHON ?= python3
# Options for pip. On Linux, PyPI's torch brings CUDA along, gigabytes of it: give the index of PyTorch's CPU wheels here.
PIP_OPTIONS ?=
BIN := .venv/bin
# For the built-in translator: parallel corpora and development sets, the folder to work in, minutes of training.
DATA ?= data
WORK ?= work
MINUTES ?= 600
# A trainer's tensors are large and alike: memory that is kept spares the kernel clearing it anew each step, and threads
# that spin for some milliseconds before they sleep spare waking them (training/RUNS.md).
NICE := MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=100000000000 GLIBC_TUNABLES=glibc.malloc.hugetlb=1 \
	GOMP_SPINCOUNT=1000000 nice -n 19

.PHONY: demo test lint types format bench corpus train export model clean help

help:
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

# The stamp follows what decides the installed set: new pins or dependencies install again, nothing else does.
.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "summ needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_OPTIONS) -c constraints.txt -e '.[dev]'
	@touch $@

demo: .venv/installed ## summary, translation and English summary of examples/ant-group.txt
	$(BIN)/summ run examples/ant-group.txt --html runs/ant-group.html

test: .venv/installed ## the whole test suite
	$(BIN)/python -m pytest

lint: .venv/installed ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/installed ## mypy, strict
	$(BIN)/mypy

format: .venv/installed ## mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/installed ## speed beside others, into benchmarks/RESULTS.md; an hour (options: BENCH='--only builtin')
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_OPTIONS) -c constraints.txt -e '.[bench]'
	$(BIN)/python benchmarks/run.py $(BENCH)

corpus: .venv/installed ## training corpus from DATA: clean, decontaminate, mix, encode, align
	$(BIN)/python -m pip install --quiet --disable-pip-version-check eflomal
	$(BIN)/python training/corpus.py --data $(DATA) --out $(WORK)
	$(BIN)/python training/align.py $(WORK)

train: .venv/installed ## train for MINUTES, with a curve of scores; again to go on
	$(NICE) $(BIN)/python training/train.py $(WORK) --minutes $(MINUTES) --dev $(DATA)/mt/flores-dev.tsv

export: .venv/installed ## let the rate fall to zero, then int8, scores and card, into src/
	$(NICE) $(BIN)/python training/train.py $(WORK) --run final --branch main --decay 3e6 --minutes $(MINUTES)
	$(BIN)/python training/export.py $(WORK) --run final --data $(DATA) --install

model: ## the whole recipe of the built-in translator: corpus, train, export
	$(MAKE) corpus && $(MAKE) train && $(MAKE) export

clean:
	rm -rf .venv runs .pytest_cache .mypy_cache .ruff_cache .hypothesis
