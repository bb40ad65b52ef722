#!/usr/bin/env bash
# The one test command: installs what the tests need, builds with warnings as errors, checks the format and runs all tests.
# The last line says "N passed, N failed"; the exit code is 0 when none failed.
set -euo pipefail
cd "$(dirname "$0")/.."

install_packages() {
  local missing=()
  command -v qemu-system-x86_64 >/dev/null || missing+=(qemu-system-x86)
  command -v chromium >/dev/null || missing+=(chromium)
  command -v curl >/dev/null || missing+=(curl)
  command -v setpriv >/dev/null || missing+=(util-linux)
  [ "${#missing[@]}" -eq 0 ] && return
  local as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  echo "Installing ${missing[*]}"
  "${as_root[@]}" apt-get update -q
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}"
}

install_packages
(cd tests/Gateway.EndToEnd/js && npm ci --no-audit --no-fund)
dotnet restore Gateway.sln --locked-mode
dotnet build Gateway.sln -c Release --no-restore -v minimal -warnaserror -p:OpenApiGenerate=false
dotnet format Gateway.sln --no-restore --verify-no-changes

passed=0
failed=0
for project in Qmp.Tests Gateway.Tests Gateway.EndToEnd; do
  echo "== $project"
  report=$(mktemp)
  # The runner's own exit code is not enough: 8 says that no test ran.
  "tests/$project/bin/Release/net10.0/$project" --no-progress 2>&1 | tee "$report" || failed_run=1
  ok=$(sed -nE 's/^ *succeeded: ([0-9]+).*/\1/p' "$report" | tail -n 1)
  bad=$(sed -nE 's/^ *failed: ([0-9]+).*/\1/p' "$report" | tail -n 1)
  rm -f "$report"
  passed=$((passed + ${ok:-0}))
  failed=$((failed + ${bad:-0}))
  if [ "${failed_run:-0}" -ne 0 ] && [ "${bad:-0}" -eq 0 ]; then
    echo "$project did not run to its end"
    failed=$((failed + 1))
  fi
  failed_run=0
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
