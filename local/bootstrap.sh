#!/bin/sh
# Makes or refreshes the project's own .venv. Assumes only a Python 3.11+ with venv; says in one line what is missing.
# A second call costs nothing: the stamp holds the checksum of what was installed.
set -eu
cd "$(dirname "$0")/.."
requirements=local/requirements/dev.txt
stamp=.venv/.installed

usable() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' >/dev/null 2>&1; }

find_python() {
  for candidate in ${PYTHON:-} python3.13 python3.12 python3.11 python3.14 python3 python \
    "$HOME"/.pyenv/versions/3.13.*/bin/python "$HOME"/.pyenv/versions/3.1[124].*/bin/python /usr/bin/python3; do
    if usable "$candidate"; then command -v "$candidate"; return 0; fi
  done
  echo "Convener needs Python 3.11 or newer, and found none. Install one, or name it: make PYTHON=/path/to/python3" >&2
  return 1
}

sum=$(cat "$requirements" pyproject.toml | cksum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] && .venv/bin/python -c '' 2>/dev/null; then exit 0; fi

python=$(find_python)
if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  echo "$python has no venv. Install it (on Debian and Ubuntu: sudo apt-get install python$version-venv) and run this again." >&2
  exit 1
fi
echo "Preparing .venv with $("$python" -V) (once; about a minute) …" >&2
if ! .venv/bin/python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' >/dev/null 2>&1; then
  rm -rf .venv
  "$python" -m venv .venv
fi
rm -f "$stamp"
bar=on
[ -t 2 ] || bar=off
.venv/bin/python -m pip install --disable-pip-version-check --progress-bar "$bar" --require-hashes -r "$requirements" |
  sed -u -n 's/^Collecting \([^ ]*\).*/  \1/p; s/^Installing collected packages.*/  installing …/p; s/^Successfully.*/  done/p' >&2
.venv/bin/python -c 'import boto3, moto, pytest' || { echo "The installation failed; the lines above say why. Run the command again." >&2; exit 1; }
.venv/bin/python -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e . >&2
printf '%s' "$sum" >"$stamp"
