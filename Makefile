# Everything that one does with this repository. `make` alone lists the targets.
#
#   make book PYTHON=python3.12      with this Python (else: the first suitable one on the PATH)
#   make book SOLUTIONS=none         without the solutions, for a class that hands in (open: all of them unfolded)
#   make serve PORT=9000             on this port (else: 8000, or the next free one)
#   make test ARGS="-m core"         the tests of one folder (core: no browser, no built book)
#   make test ARGS="-k kl -x"        any arguments of pytest; --pdb or -n0 runs them in one process
#   make fresh NOTEBOOK=05_kl        a fresh copy of this notebook; make differences shows what you changed
#   make bench ARGS="--threads 2"    or to the benchmark; ARGS=--help lists them
#
# Every target does its own set-up in .venv and repairs it where necessary; see tools/setup/make_venv.py.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

PORT ?= 8000
ARGS ?=
# No setting of a user's reaches a tool: Python takes none (-I, -E), and its environment is built up.
RUN := .venv/bin/python -I tools/setup/own_environment.py

# $(call with_python,script arguments) runs a script with a Python 3.11 to 3.14 that can make environments.
PYTHONS := $(if $(PYTHON),"$(PYTHON)",python3 python3.14 python3.13 python3.12 python3.11)
SUITABLE := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
define with_python
@for python in $(PYTHONS); do \
  "$$python" -E -c "$(SUITABLE); import venv, ensurepip" 2>/dev/null && exec "$$python" -E -s -X utf8 $(1); \
done; \
for python in $(PYTHONS); do \
  "$$python" -E -c "$(SUITABLE)" 2>/dev/null && exec "$$python" -E -s -X utf8 $(1); \
done; \
echo "error: no Python 3.11, 3.12, 3.13 or 3.14 found. Tried:" >&2; \
for python in $(PYTHONS); do \
  echo "         $$python: $$("$$python" --version 2>/dev/null || echo not there)" >&2; \
done; \
echo "       To get one:  Debian, Ubuntu: sudo apt install python3 python3-venv;  macOS: brew install python@3.13;" >&2; \
echo "       anywhere: https://www.python.org/downloads/ or, with uv: uv python install 3.13." >&2; \
echo "       Then name it, if it is not found by itself:  make $(or $(MAKECMDGOALS),book) PYTHON=/path/to/python3.13" >&2; \
exit 1
endef

# $(call environment,extras) makes .venv with these extras, or checks in a moment that it has them.
environment = $(call with_python,tools/setup/make_venv.py $(if $(PYTHON),--exact-python) $(1))

help:  ## list the targets
	@echo "usage: make <target>"; echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-14s %s\n", $$1, $$2}' Makefile

book:  ## build the book into book/_build/html; executes the chapters where anything changed
	$(call environment,book)
	@$(RUN) tools.building.build_book$(if $(SOLUTIONS), --solutions $(SOLUTIONS))

serve: book  ## build the book and serve it on localhost
	@$(RUN) tools.serving.serve_book --port $(PORT)

preview:  ## build and serve the book, and do so again whenever a file is saved
	$(call environment,book preview)
	@$(RUN) tools.serving.preview_book --port $(PORT)

pdf:  ## print the book, or CHAPTER=05_kl, into book/_build/pdf (SOLUTIONS=none: without them; PAPER=Letter)
	$(call environment,book pdf)
	@$(RUN) tools.building.build_book
	@$(RUN) tools.printing.print_book $(if $(CHAPTER),--chapter $(CHAPTER)) $(if $(SOLUTIONS),--solutions $(SOLUTIONS)) $(if $(PAPER),--paper $(PAPER))

lab: copies  ## open your copies of the chapters in JupyterLab
	@$(RUN) jupyterlab --ServerApp.root_dir=my-notebooks

copies:  ## copy the chapters' notebooks into my-notebooks/, where they are yours; never writes over one
	$(call environment,lab)
	@$(RUN) tools.serving.my_notebooks

fresh:  ## a fresh copy of a notebook, yours is kept beside it (NOTEBOOK=05_kl)
	$(call environment,lab)
	@$(RUN) tools.serving.my_notebooks --fresh "$(NOTEBOOK)"

differences:  ## what you have changed in your copies (NOTEBOOK=05_kl: in this one)
	$(call environment,lab)
	@$(RUN) tools.serving.my_notebooks --differences $(NOTEBOOK)

assignment:  ## write an assignment for nbgrader, and as a zip (CHAPTERS="4 5" POINTS="L-KL=3 X-4=0" NAME=week-5)
	$(call environment,book)
	@$(RUN) tools.grading.make_assignment $(if $(NAME),--name $(NAME)) --chapters $(CHAPTERS) --points $(POINTS)

test:  ## lint and run the tests, the book in a real Chromium and Firefox included
	$(call environment,book lab test)
	@$(RUN) tools.setup.ensure_browsers $(ARGS)
	@$(RUN) vaebook.python_in_page.engine_files
	@$(RUN) ruff check
	@$(RUN) mypy
	@$(RUN) pytest --numprocesses=auto --dist=loadgroup --no-loadscope-reorder --durations=20 $(ARGS)

lint:  ## check the code's style and types, and mend what can be mended
	$(call environment,book lab test)
	@$(RUN) ruff check --fix
	@$(RUN) mypy

notebooks:  ## write exercises, hours, teaching guide and .ipynb twins anew
	$(call environment,book)
	@$(RUN) tools.writing.write_exercises
	@$(RUN) tools.writing.write_hours
	@$(RUN) tools.writing.write_guide
	@$(RUN) tools.writing.sync_notebooks

lock:  ## resolve requirements.lock anew after pyproject.toml changed (UPGRADE=1: the newest of everything)
	$(call with_python,-m tools.setup.lock_requirements $(if $(UPGRADE),--upgrade))

check-wheels:  ## ask the registry whether every locked package has a wheel for every Python and system
	$(call environment,book lab test)
	@$(RUN) tools.setup.check_wheels $(ARGS)

check-links:  ## ask every address outside the book that its pages name whether it still answers (needs the open network)
	$(call environment,book)
	@$(RUN) tools.publishing.check_links

release: book  ## put the wheel and the built book, as one zip that opens from a folder, into dist/ (ARGS="--tag v0.1.0")
	@$(RUN) tools.publishing.make_release $(ARGS)

fuzz:  ## give 20,000 spoilt files to each reader of files, and tell what goes wrong (ARGS="--inputs 500 --seed 7")
	$(call environment,book lab test)
	@$(RUN) tools.fuzzing.fuzz $(ARGS)

test-whole:  ## `make test`, and all of what it takes a sample of: every page in every browser, fonts, papers
	$(call environment,book lab test)
	@$(RUN) tools.setup.ensure_browsers
	@$(RUN) vaebook.python_in_page.engine_files
	@$(RUN) pytest --whole --numprocesses=auto --dist=loadgroup --no-loadscope-reorder --durations=20 $(ARGS)

test-nbgrader:  ## forty hand-ins through the real nbgrader, from release to feedback (ARGS="--only windows")
	$(call environment,book)
	@$(RUN) tools.grading.try_nbgrader $(ARGS)

test-hub:  ## thirty students on a real JupyterHub on this machine, over five minutes (needs Node; ARGS="--students 5")
	$(call environment,book lab test)
	@$(RUN) tools.hub.class_on_a_hub $(ARGS)

beyond:  ## write deploy/BEYOND_ONE_MACHINE.md from what was measured (ARGS=--pages measures the built pages first)
	$(call environment,book lab test)
	@$(RUN) tools.hub.beyond_one_machine $(ARGS)

test-firefox:  ## open in Firefox too what `make test` opens in Chromium alone
	$(call environment,book lab test)
	@$(RUN) tools.setup.ensure_browsers
	@$(RUN) vaebook.python_in_page.engine_files
	@$(RUN) pytest --engine=firefox --whole -m browser --numprocesses=auto --dist=loadgroup --no-loadscope-reorder $(ARGS)

test-webkit:  ## open every page in WebKit, Safari's engine (Debian: apt install webkit2gtk-driver xvfb)
	$(call environment,book lab test webkit)
	@$(RUN) pytest tests/pages/webkit.py $(ARGS)

test-page:  ## the whole catalogue, code that does harm, and every chapter in the Python of a page, in both browsers
	$(call environment,book lab test)
	@$(RUN) tools.setup.ensure_browsers
	@$(RUN) vaebook.python_in_page.engine_files
	@$(RUN) pytest tests/pages/python_in_page.py --numprocesses=2 --dist=load $(ARGS)

test-streams:  ## judge the catalogue's answers with ten streams of noise (`make test` does so with one)
	$(call environment,book lab test)
	@$(RUN) pytest tests/exercises -k names_do_not_depend --streams=10 --numprocesses=auto --dist=loadgroup $(ARGS)

test-pythons:  ## run the tests without a browser on every supported Python that is here (ARGS="--without torch")
	$(call with_python,-m tools.setup.other_environments pythons $(ARGS))

test-arithmetic:  ## run the chapters under other arithmetic and versions, and judge their prose (ARGS="06_adam")
	$(call environment,book lab test)
	@$(RUN) tools.arithmetic.run_chapters $(ARGS)

test-lowest:  ## run the core's tests with the lowest versions that pyproject.toml allows
	$(call with_python,-m tools.setup.other_environments lowest $(ARGS))

headers:  ## draw the pictures at the head of the chapters anew
	$(call environment,book)
	@$(RUN) tools.writing.draw_headers $(ARGS)

typeface:  ## cut the letters that the book uses out of Source Serif 4 anew (needs npm; ARGS=source-serif-4.5.1.tgz: from a file)
	$(call environment,book)
	@$(RUN) tools.writing.make_typeface $(ARGS)

editor:  ## put the editor of the pages' exercises together anew (needs Node and npm; ARGS=--check: compare it)
	$(call environment,book)
	@$(RUN) tools.writing.make_editor $(ARGS)

products:  ## compile the matrix products and loops of the pages' Python anew (ARGS=--check: compare them)
	$(call environment,book)
	@$(RUN) tools.writing.make_products $(ARGS)

picture:  ## draw the README's picture anew
	$(call environment,book)
	@$(RUN) tools.models.draw_picture

picture-in-use: book  ## photograph the README's picture of the book in use anew
	$(call environment,book lab test)
	@$(RUN) tools.setup.ensure_browsers
	@$(RUN) tools.writing.photograph_page

bench:  ## measure training beside PyTorch and the labs' code (ARGS="--threads 2", "--write-chart", ...)
	$(call environment,test)
	@$(RUN) tools.benches.bench_training $(ARGS)

bench-widgets: book  ## measure the widgets' speed, the pages' weight and their first pictures
	$(call environment,book lab test)
	@$(RUN) tools.setup.ensure_browsers
	@$(RUN) tools.benches.bench_widgets

bench-page: book  ## measure how soon Python is ready on a page, and how fast it judges, in both browsers
	$(call environment,book lab test)
	@$(RUN) tools.setup.ensure_browsers
	@$(RUN) tools.benches.bench_page

bench-grade:  ## measure how long `vaecore grade` takes for 300 hand-ins of ten exercises (ARGS="--hand-ins 30")
	$(call environment,book)
	@$(RUN) tools.benches.bench_grading $(ARGS)

checkpoints:  ## train and measure the shipped models anew (hours; goes on where it stopped; needs VAECORE_DATA)
	$(call environment,book fast)
	@$(RUN) tools.models.make_checkpoints $(ARGS)

check-recipes:  ## do the shipped models' recipes begin as recorded? (20 epochs each, 20 minutes; needs VAECORE_DATA)
	$(call environment,book fast)
	@$(RUN) tools.models.first_epochs $(ARGS)

clean:  ## remove what was built; .venv stays
	rm -rf book/_build build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean  ## remove .venv as well, if make has made it
	rm -rf .venvs .lock-venv
	@if [ ! -e .venv ] || [ -e .venv/vaecore-stamp.json ] || [ -e .venv/vaecore-unfinished ]; then \
	  echo rm -rf .venv; rm -rf .venv; \
	else echo ".venv was not made by make, and stays."; fi

.PHONY: help book serve preview pdf lab copies fresh differences assignment test test-nbgrader test-whole test-firefox test-hub beyond test-webkit test-page lint notebooks lock check-wheels check-links release fuzz test-streams test-pythons test-arithmetic test-lowest headers typeface editor products picture picture-in-use bench bench-widgets bench-page bench-grade checkpoints check-recipes clean distclean
