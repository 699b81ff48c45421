#!/bin/sh
# Renews the pinned requirements, with uv in a throw-away environment. They hold hashes and fit every Python from
# 3.11 on, and name no registry.
set -eu
cd "$(dirname "$0")/.."
sh local/bootstrap.sh dev
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
.venv/bin/python -m venv "$here"
"$here/bin/python" -m pip install --disable-pip-version-check -q uv
pin() {
  echo "  $2" >&2
  "$here/bin/uv" pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-header --no-strip-extras "$@"
}
pin -o functions/requirements.txt pyproject.toml
pin -o local/requirements/dev.txt --extra dev -c functions/requirements.txt pyproject.toml
pin -o local/requirements/browser.txt local/requirements/browser.in
pin -o local/requirements/sam.txt local/requirements/sam.in
pin -o local/requirements/checkov.txt local/requirements/checkov.in
pin -o local/requirements/ministack.txt local/requirements/ministack.in
pin -o local/requirements/lambda.txt local/requirements/lambda.in
