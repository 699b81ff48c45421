#!/bin/sh
# Makes or refreshes the project's own .venv; `bootstrap.sh browser` adds Playwright to it, and `bootstrap.sh sam`,
# `checkov` and `ministack` make environments of their own, since each pins its own boto3. Assumes only a Python 3.11+
# with venv, and says in one line what is missing.
# A second call takes a moment: the stamp holds the checksum of what was installed.
set -eu
cd "$(dirname "$0")/.."
what=${1:-dev}
requirements=local/requirements/$what.txt
venv=.venv
case $what in
  dev) probe='import boto3, moto, pytest' ;;
  browser) probe='import playwright' ;;
  sam) probe='import samcli' venv=.venv-sam ;;
  checkov) probe='import checkov' venv=.venv-checkov ;;
  ministack) probe='import ministack' venv=.venv-ministack ;;
  *) echo "bootstrap.sh knows dev, browser, sam, checkov and ministack, not $what." >&2; exit 2 ;;
esac
stamp=$venv/.installed-$what

recent='import sys; sys.exit(not (3, 11) <= sys.version_info[:2])'
usable() { "$1" -c "$recent" >/dev/null 2>&1; }

# A pyenv shim may be on the PATH and still answer "version 3.13 not installed": so each one is tried, not only found.
find_python() {
  for candidate in ${PYTHON:-} python3.13 python3.12 python3.11 python3.14 python3 python \
    "$HOME"/.pyenv/versions/3.13.*/bin/python "$HOME"/.pyenv/versions/3.1[124].*/bin/python /usr/bin/python3; do
    if usable "$candidate"; then command -v "$candidate"; return 0; fi
  done
  echo "Convener needs Python 3.11 or newer, and found none. Install one, or name it: make PYTHON=/path/to/python3" >&2
  return 1
}

# Every package is named with its pin, so none has to be looked for (--no-deps); that saves a quarter of the time.
# pip's progress as one line per package. The last lines of what it said beside that are shown only if it fails.
install() {
  total=$(grep -c '^[a-z0-9].*==' "$requirements")
  { "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --no-compile --no-deps --require-hashes -r "$requirements" \
      2>"$venv/pip-errors.txt" || echo "Failed"; } | {
    seen=0
    while read -r word rest; do
      case $word in
        Collecting) seen=$((seen + 1)); echo "  $seen of up to $total: ${rest%% *}" ;;
        Installing) echo "  installing …" ;;
        Failed) exit 1 ;;
      esac
    done
  } >&2 || {
    grep -v '^WARNING' "$venv/pip-errors.txt" | tail -n 15 >&2
    echo "The installation failed; the lines above say why. Run the command again once that is mended." >&2
    return 1
  }
}

# Where Python may not keep what it compiles while it runs, every run would compile all of it again. The project's own
# files are compiled again whenever one of them has changed.
no_bytecode() { [ -n "${PYTHONDONTWRITEBYTECODE:-}" ]; }
compile_project() {
  if ! no_bytecode || [ "$what" != dev ]; then return 0; fi
  if [ -f "$venv/.compiled" ] && [ -z "$(find functions local tests -name '*.py' -newer "$venv/.compiled" -print -quit)" ]; then
    return 0
  fi
  touch "$venv/.compiled"
  "$venv/bin/python" local/bytecode.py || true # a folder that can't be written to costs time, and nothing else
}

installed="$requirements"
[ "$what" != dev ] || installed="$requirements pyproject.toml" # its entry points are part of the editable install
sum=$(cat $installed | cksum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] && "$venv/bin/python" -c '' 2>/dev/null; then
  compile_project
  exit 0
fi
[ "$what" != browser ] || sh local/bootstrap.sh dev

if ! usable "$venv/bin/python"; then
  python=$(find_python)
  if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "$python has no venv. Install it (on Debian and Ubuntu: sudo apt-get install python$version-venv) and run this again." >&2
    exit 1
  fi
  echo "Preparing $venv with $("$python" -V) (once; a minute or two) …" >&2
  rm -rf "$venv"
  "$python" -m venv "$venv"
  echo '*' >"$venv/.gitignore"
else
  echo "Refreshing $venv: $requirements …" >&2
fi
rm -f "$stamp"
install
if no_bytecode; then
  echo "  compiling …" >&2
  # Left out is what no run imports: mypy and mypyc are compiled anyway. Some packages ship files for other Pythons.
  "$venv/bin/python" -m compileall -q -j 0 -x '/(mypy|mypyc|pip|pygments)/' "$venv/lib" >/dev/null 2>&1 || true
fi
"$venv/bin/python" -c "$probe"
if [ "$what" = dev ]; then
  "$venv/bin/python" -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e . 2>"$venv/pip-errors.txt" ||
    { cat "$venv/pip-errors.txt" >&2; exit 1; }
fi
compile_project
printf '%s' "$sum" >"$stamp"
echo "  done" >&2
