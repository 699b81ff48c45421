#!/bin/sh
# Looks for Chromium, which `make browser` drives, and installs the package as root on Debian. Elsewhere it says in one
# line what is missing, and fails.
set -eu
for name in chromium chromium-browser; do
  if command -v "$name" >/dev/null; then exit 0; fi
done
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "make browser needs Chromium as \`chromium\` on the PATH: install the package chromium." >&2
  exit 1
fi
echo "Installing Chromium …" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
} >"$log" 2>&1 || {
  echo "make browser needs Chromium, and apt-get can't install the package chromium: $(tail -n 1 "$log")" >&2
  exit 1
}
