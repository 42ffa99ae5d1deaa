# Two commands for everybody: `make run` and `make test`. The rest is for developers.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.12 >/dev/null 2>&1 && python3.12 -c '' 2>/dev/null && echo python3.12 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
# `make run OPORA_DEMO=0 PORT=8001` reach the processes as environment.
export OPORA_HOME OPORA_DEMO PORT HOST DATABASE_URL REDIS_URL
ifndef OPORA_HOME
unexport OPORA_HOME
endif
ifndef OPORA_DEMO
unexport OPORA_DEMO
endif
ifndef PORT
unexport PORT
endif
ifndef HOST
unexport HOST
endif
ifndef DATABASE_URL
unexport DATABASE_URL
endif
ifndef REDIS_URL
unexport REDIS_URL
endif
DOMAIN ?= shell
PACKAGES_shell := app
PACKAGES_surveys := surveys
PACKAGES_seminars := seminars
PACKAGES_programme := programme
PACKAGES_reports := reports

.PHONY: run install install-dev test lint format bench messages catalogues lock clean

run: install
	@exec $(BIN)/opora run

install: $(VENV)/installed.stamp

install-dev: $(VENV)/installed-dev.stamp

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' \
	  || { echo "Нужен Python 3.11 или 3.12; укажите его: make PYTHON=/путь/к/python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed.stamp: requirements.lock pyproject.toml $(wildcard translations/*/LC_MESSAGES/*.po) | $(BIN)/python
	@if ! cmp -s requirements.lock $(VENV)/requirements.installed; then \
	  echo "Устанавливаем пакеты, в первый раз это занимает несколько минут…"; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock \
	  && cp requirements.lock $(VENV)/requirements.installed; fi
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(MAKE) --no-print-directory catalogues
	@touch $@

$(VENV)/installed-dev.stamp: requirements-dev.lock $(VENV)/installed.stamp
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

catalogues:
	@for po in translations/*/LC_MESSAGES/*.po; do \
	  if [ ! "$${po%.po}.mo" -nt "$$po" ]; then $(BIN)/pybabel --quiet compile --input-file "$$po" --output-file "$${po%.po}.mo" || exit 1; fi; done

test: install-dev
	@$(BIN)/python tests/browser/chromium.py
	$(BIN)/pytest -n 2 --dist loadfile
	@$(MAKE) --no-print-directory lint

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format:
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install-dev
	$(BIN)/python -m benchmarks
	@for part in irt persons linking items dif change reliability; do \
	  OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks.kernel_$$part || exit 1; done

# make messages DOMAIN=surveys: bring the catalogue of one package up to date with its code.
messages:
	@$(BIN)/pybabel --quiet extract -F babel.cfg -k lazy_gettext -k _l -k ngettext:1,2 -k pgettext:1c,2 --no-location --sort-output \
	  --project opora --copyright-holder "Opora" -o /tmp/opora-$(DOMAIN).pot $(PACKAGES_$(DOMAIN))
	@mkdir -p translations/ru/LC_MESSAGES
	@if [ -f translations/ru/LC_MESSAGES/$(DOMAIN).po ]; then verb="update --no-fuzzy-matching --ignore-obsolete"; else verb=init; fi; \
	  $(BIN)/pybabel --quiet $$verb -D $(DOMAIN) -i /tmp/opora-$(DOMAIN).pot -d translations -l ru
	@$(MAKE) --no-print-directory catalogues

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV) *.egg-info .pytest_cache .mypy_cache .ruff_cache
