#!/bin/sh
# Prints a PATH on which the Lambda runtime's Python (.python-version) answers and has pip. A pyenv shim may be there
# and still answer "not installed", so each is tried.
set -eu
cd "$(dirname "$0")/.."
version=$(cat .python-version)
works() { "$1/python$version" -m pip --version >/dev/null 2>&1; }
for place in "$PWD/.venv/bin" $(echo "$PATH" | tr ':' ' ') "$HOME"/.pyenv/versions/"$version".*/bin; do
  if works "$place"; then echo "$place:$PATH"; exit 0; fi
done
echo "sam build needs Python $version with pip, as Lambda has it. Install it, and run the command again." >&2
exit 1
