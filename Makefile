# Everything a person or CI does here. Each target prepares what it needs; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help demo serve test rehearsals faults faults-prove bench fuzz check types build browser sam-local e2e upgrade pins clean
PY := .venv/bin/python
ARGS ?=
PORT ?= 8025
# SERIES=path names a community's folder; local/series_folder.py says which one counts without it.
export SAM_CLI_TELEMETRY := 0
export PYTHON

help: ## This list
	@printf '\n  \033[1mConvener\033[0m calls a community together.\n\n'
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  \033[36mmake %-10s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@printf '\n  Start with \033[36mmake demo\033[0m. It needs Python 3.11 or newer, and no AWS account.\n\n'

demo: .ready ## A month of mail of a series in virtual time, into build/demo (SERIES=path, ARGS="--sessions FILE …")
	@.venv/bin/convener demo $(ARGS)

serve: .ready ## The local stack kept running, with pages, inbox, uploads and clock (SERIES=path, PORT=8025, ARGS=--demo)
	@.venv/bin/convener serve --port $(PORT) $(ARGS)

test: .ready ## All tests but the browser's, within three minutes (ARGS="-k links" for some)
	@$(PY) -m pytest $(ARGS)

rehearsals: .ready ## Bad months on the local stack: SES away, no quota, lost answers; what roles must allow for them
	@$(PY) -m pytest tests/rehearsals --dist=load $(ARGS)

faults: .ready ## Whatever fails, nobody has a mailing twice and nobody is missed: ten thousand runs (ARGS="--seed 7" for one)
	@$(PY) -m tests.faults $(ARGS)

faults-prove: .ready ## That `make faults` can fail: each safeguard taken out, one at a time, is missed
	@$(PY) -m tests.faults.prove $(ARGS)

fuzz: .ready ## Ten thousand damaged uploads, 20,000 requests and more with parts failing: no crash, nothing half done
	@FUZZ=1000 $(PY) -m pytest tests/fuzz --dist=load $(ARGS)

bench: .ready ## Rates achieved, AWS calls per 1,000 mails, growth of fan-out and import; some minutes (ARGS=paced for one part)
	@$(PY) -m tests.bench $(ARGS)

check: .ready .ready-sam .ready-checkov ## Lint, formatting, strict types, the template
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	.venv-sam/bin/cfn-lint template.yaml
	AWS_DEFAULT_REGION=eu-west-2 .venv-sam/bin/sam validate --lint
	.venv-checkov/bin/checkov --config-file .checkov.yaml

build: .ready .ready-sam ## The Lambda bundle of your series (SERIES=path, ARGS="--parameter-overrides Architecture=x86_64")
	@sh local/build.sh .aws-sam/build $(ARGS)

browser: .ready-browser ## Every page, the inbox and a demo of its own in Chromium, with axe
	@sh local/chromium.sh
	@$(PY) -m tests.support.browser_demo
	@$(PY) -m pytest tests/browser $(ARGS)

# The month is a chain: the first thing that breaks ends it.
e2e: .ready .ready-sam .ready-ministack ## The real template deployed on MiniStack, and the month lived there (ARGS="-k leave")
	@$(PY) -m pytest tests/e2e --numprocesses=0 --exitfirst $(ARGS)

# The earlier release comes out of git's history, so this needs a full clone.
upgrade: .ready .ready-sam .ready-ministack ## The stack of the first release, updated on MiniStack in the middle of a mailing
	@$(PY) -m pytest tests/upgrade --numprocesses=0 --exitfirst $(ARGS)

# Two at a time, each on a local stack of its own. Nothing is built again where nothing changed.
sam-local: .ready .ready-sam ## Each function in SAM's emulator, with every file of events/ (needs Docker, or root on Debian)
	@CONVENER_LAMBDA_IMAGE=$$(sh local/lambda-image.sh) && export CONVENER_LAMBDA_IMAGE && \
	  sh tests/sam_local/build.sh && $(PY) -m pytest tests/sam_local --dist=load $(ARGS)

pins: ## Renew the pinned requirements
	@sh local/pins.sh

clean: ## Remove what was built, and keep the environments
	rm -rf build .aws-sam .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: .ready .ready-sam .ready-checkov .ready-browser .ready-ministack
.ready:
	@sh local/bootstrap.sh dev
.ready-sam:
	@sh local/bootstrap.sh sam
.ready-checkov:
	@sh local/bootstrap.sh checkov
.ready-browser:
	@sh local/bootstrap.sh browser
.ready-ministack:
	@sh local/bootstrap.sh ministack
