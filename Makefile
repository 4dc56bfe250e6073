# The only entry point: every target sets up what it needs. `make help` lists them.
# What is given to `make` reaches the commands by their environment, so quotes and spaces stay as they are.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup up down status mail backfill restore-drill models rollback lineage tune compact drift audit test test-fast test-fuzz check openapi format bench bench-accuracy bench-load lock clean

PYTHON ?= python3
BIN := .venv/bin
STAGES := local dev prod
LINTED := functions shared layers cdk sagemaker local tests

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: ## Make the virtual environment and install the pinned CDK command line
	@command -v $(PYTHON) >/dev/null || { echo "error: $(PYTHON) is not on the PATH; install Python 3.11 or newer, or name it: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) local/setup_environment.py

up: setup ## Start the local cloud, deploy, take the demo files in, train, and print a forecast
	@$(BIN)/python -m local.up

down: ## Stop what `make up` started; its state is kept
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m local.down; else echo "nothing was set up here, so nothing runs"; fi

status: setup ## Say what runs
	@$(BIN)/python -m local.cloud status

mail: setup ## Print the mail of the local cloud, such as the code of a sign-up: TO=address
	@$(BIN)/python -m local.mail $${TO:+--to "$$TO"}

backfill: setup ## Take many files in: FILES=folder, PREFIX=backfill/... or MANIFEST=key; STAGE=dev for an account
	@$(BIN)/python -m local.backfill $${FILES:+--files "$$FILES"} $${PREFIX:+--prefix "$$PREFIX"} \
	  $${MANIFEST:+--manifest "$$MANIFEST"} $${STAGE:+--stage "$$STAGE"} $${AT_ONCE:+--at-once "$$AT_ONCE"}

restore-drill: setup ## Back up, lose every item, restore, and say what came back and how long it took
	@$(BIN)/python -m local.restore_drill

models: setup ## List the models with their stages, scores and decisions: VERSION=one of them; STAGE=dev for an account
	@$(BIN)/python -m local.models $${VERSION:+--version "$$VERSION"} $${STAGE:+--stage "$$STAGE"}

# Word for word: a reason may hold quotes and dollars, and it stays in the audit log.
rollback: export REASON := $(value WHY)
rollback: setup ## Put the model before back into production, registry and endpoint: WHY="reason", VERSION=, STAGE=
	@$(BIN)/python -m local.rollback --why "$$REASON" $${VERSION:+--version "$$VERSION"} $${STAGE:+--stage "$$STAGE"}

lineage: setup ## Follow a forecast back to model, data and code: STATION=id, ISSUE=2014-01-31T05:00:00Z, STAGE=
	@$(BIN)/python -m local.lineage --station "$${STATION-}" $${ISSUE:+--issue "$$ISSUE"} $${STAGE:+--stage "$$STAGE"}

tune: setup ## Search for hyperparameters by a SageMaker tuning job: STAGE=dev, KIND=lstm|gru|transformer, TRIALS=50, AT_ONCE=2
	@$(BIN)/python -m local.tuning $${STAGE:+--stage "$$STAGE"} $${KIND:+--kind "$$KIND"} \
	  $${TRIALS:+--trials "$$TRIALS"} $${AT_ONCE:+--at-once "$$AT_ONCE"}

compact: setup ## Put the small files of the local lake together now
	@$(BIN)/python -m local.compaction

drift: setup ## Look for drift now and print it; STAGE=dev for an account; ACCEPT="station ..." takes what it measures for normal
	@$(BIN)/python -m local.drift $${STAGE:+--stage "$$STAGE"} $${ACCEPT:+--accept $$ACCEPT}

audit: setup ## Find out whether the audit log is as it was written: ENDS=file keeps where its chains stand; STAGE=dev
	@$(BIN)/python -m local.audit $${STAGE:+--stage "$$STAGE"} $${ENDS:+--ends "$$ENDS"}

test: setup ## Run the whole suite: unit, infra, integration, end to end
	$(BIN)/python -m pytest -q -n 2 --dist loadfile tests/unit tests/infra
	$(BIN)/python -m pytest -q tests/integration tests/e2e

test-fuzz: setup ## Send 10,000 made-up requests to every operation of a local stack: CASES=, SEED=
	@$(BIN)/python -m tests.fuzz $${CASES:+--cases "$$CASES"} $${SEED:+--seed "$$SEED"}

test-fast: setup ## Run the unit tests only
	@$(BIN)/python -m pytest -q -n 2 tests/unit

check: setup ## ruff, mypy strict, import-linter, OpenAPI document, cfn-lint, cdk-nag
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(LINTED)
	$(BIN)/lint-imports
	$(BIN)/python -m local.openapi --check
	@for stage in $(STAGES); do \
	  echo "cdk-nag and cfn-lint: $$stage"; \
	  rm -rf .build/cdk.out-$$stage; \
	  cdk/node_modules/.bin/cdk synth --quiet --app "$(BIN)/python -m cdk.app" -c stage=$$stage --output .build/cdk.out-$$stage; \
	  $(BIN)/cfn-lint --non-zero-exit-code warning .build/cdk.out-$$stage/GeoClimate-$$stage.template.json; \
	done

openapi: setup ## Write the OpenAPI document anew after a change of the API
	@$(BIN)/python -m local.openapi

format: setup ## Format the code and mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: setup ## Print the measured figures (ratios in one run)
	@$(BIN)/python -m tests.bench

bench-load: setup ## 10 to 200 callers on a local cloud of its own, and where the time goes (about six minutes)
	@$(BIN)/python -m tests.load

bench-accuracy: setup ## Train and score on real data (about an hour), and write docs/accuracy.md
	@$(BIN)/python -m tests.bench.accuracy

lock: setup ## Resolve pyproject.toml anew into requirements.lock
	rm -rf .build/lock && $(PYTHON) -m venv .build/lock
	.build/lock/bin/python -m pip install --quiet setuptools wheel ".[cdk,ml,local,dev]"
	{ echo "# Every version that make installs. Made by 'make lock' from pyproject.toml; the Lambda layers are exported from it."; \
	  .build/lock/bin/python -m pip freeze --all --exclude pip --exclude geoclimate | grep -vE '^(nvidia-|triton)' | sed 's/+cpu$$//'; } > requirements.lock

clean: down ## Stop, then remove all that was built or stored here, the local cloud's state included
	rm -rf .local .build cdk.out .pytest_cache .mypy_cache .ruff_cache .hypothesis
