#!/bin/sh
# The Lambda bundle: the functions, what they import, and the community's folder (SERIES, local/series_folder.py).
#   sh local/build.sh FOLDER [options of sam build]
# functions/series leads to the example, so `sam build` alone makes a bundle of the example, which mails nobody from a real
# address (convener.wiring). This script puts the chosen folder in its place.
set -eu
cd "$(dirname "$0")/.."
bundle=$1
shift
export SAM_CLI_TELEMETRY=0

# Who named a folder by SERIES, and forgets it the next time, would deploy the example to real readers.
remembered=$(dirname "$bundle")/series
if [ -s "$remembered" ] && [ -z "${SERIES:-}" ] && [ ! -e series/mine ]; then
  last=$(cat "$remembered")
  echo "The last bundle was for SERIES=$last, and now SERIES is not set. Say which you mean: make build SERIES=$last" >&2
  echo "or, for the example, make build SERIES=series/example. Nothing was built." >&2
  exit 2
fi

trap 'rm -rf build/series' EXIT
.venv/bin/python -m local.series_folder build/series

# SAM's builder wants the runtime's own Python on the PATH, to ask its pip for wheels that fit Lambda.
PATH="$(sh local/runtime-python.sh)"
export PATH
.venv-sam/bin/sam build --build-dir "$bundle" "$@"

# Each function has the folder of the community that was asked for, and no other.
for folder in "$bundle"/*/; do
  rm -rf "${folder}series"
  cp -R build/series "${folder}series"
done

# Compiled files, so that no function compiles what it imports when it starts: Lambda's folder can't be written to.
# Unchecked, because the times of source files change on their way to Lambda. Sources stay, for tracebacks, which name
# them as they lie in Lambda. The same sources give the same bytes.
compile() {
  "python$(cat .python-version)" -m compileall -q -f --invalidation-mode unchecked-hash \
    -s "$1" -p /var/task "$1"
}
compiled=
for folder in "$bundle"/*; do
  [ -d "$folder" ] || continue
  if [ -n "$compiled" ] && diff -rq -x __pycache__ "$compiled" "$folder" >/dev/null; then
    (cd "$compiled" && find . -type d -name __pycache__ -print0 | tar --null -T - -cf -) | tar -xf - -C "$folder"
  else
    compile "$folder"
    compiled=$folder
  fi
done

case ${SERIES:-series/example} in
  series/example) rm -f "$remembered" ;;
  *) printf '%s' "$SERIES" >"$remembered" ;;
esac
