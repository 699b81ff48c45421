#!/bin/sh
# The bundle that `make sam-local` plays: `sam build` for x86_64, in a folder of its own beside the one for deploying.
# A second call costs nothing: the stamp holds the checksum of everything that goes in.
set -eu
cd "$(dirname "$0")/../.."
bundle=build/sam-local/bundle
stamp=build/sam-local/built
docker info >/dev/null 2>&1 || exit 0 # the tests say why they skip

sum=$(find -L functions -type f ! -name '*.pyc' -exec cksum {} + | sort -k 3 | cat - template.yaml local/requirements/sam.txt local/build.sh tests/series/series.toml | cksum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] && [ -f "$bundle/template.yaml" ]; then
  echo "sam build: nothing changed since the last one ($bundle)"
  exit 0
fi
rm -f "$stamp"
SERIES=tests/series sh local/build.sh "$bundle" --cached --parameter-overrides \
  Architecture=x86_64 SenderAddress=conversation@mail.kindness.example PublicBaseUrl=https://c.example
mkdir -p "$(dirname "$stamp")"
printf '%s' "$sum" >"$stamp"
