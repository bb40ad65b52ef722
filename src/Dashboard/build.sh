#!/usr/bin/env bash
# Builds the dashboard into dist/, and before it the client that it uses. Every build of the gateway runs it,
# because it does nothing if no source has changed. Exits with 3 if Node.js is missing or too old.
set -euo pipefail
cd "$(dirname "$0")"

# Two builds at once take turns. The second then finds nothing to do.
exec 9<build.sh
flock 9

client=../client-js
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# One hash of the names and contents of all sources. Modification times would not do: a checkout and a generator change them without a change of the content.
sources=$(find . $client ../../openapi/gateway.v1.json \( -name node_modules -o -name dist -o -name obj \) -prune -o \
  -type f ! -name '*.tgz' ! -path './test/*' ! -path "$client/test/*" ! -path "$client/src/openapi.ts" -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum)
[ "$(cat dist/.sources 2>/dev/null)" != "$sources" ] || exit 0

# The versions that Vite runs on.
node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)' 2>/dev/null \
  && command -v npm >/dev/null || exit 3

# Prints the output of a command only if it fails.
quietly() {
  "$@" >"$log" 2>&1 9<&- || { cat "$log" >&2; exit 1; }
}

# npm writes the second file at the end of an installation.
install_packages() {
  [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] || quietly npm ci --prefix "$1" --no-audit --no-fund --loglevel error
}

echo "Building the dashboard"
install_packages $client
quietly npm run build --prefix $client
install_packages .
quietly npm run build --prefix .
echo "$sources" >dist/.sources
