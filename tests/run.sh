#!/usr/bin/env bash
# Installs what the tests need, builds with warnings as errors, checks the format and runs all tests.
# The last line says "N passed, N failed". The exit code is 0 if none failed.
#
# With --soak MINUTES, it runs a minute of each fuzzing test and then the soak for that long, and prints what it did and which promise
# broke. SOAK_SEED=N repeats the same faults.
set -euo pipefail
cd "$(dirname "$0")/.."

# Shows progress, because some steps take minutes.
step() {
  echo "== $*"
}

step "Installing what the tests need"
deploy/debian-packages.sh qemu-system-x86_64=qemu-system-x86 chromium=chromium curl=curl setpriv=util-linux nsenter=util-linux mount=mount socat=socat /usr/sbin/nginx=nginx-light openssl=openssl go=golang-go /usr/share/gocode/src/github.com/digitalocean/go-qemu=golang-github-digitalocean-go-qemu-dev
tests/promtool.sh
(cd tests/Gateway.EndToEnd/js && npm ci --no-audit --no-fund)
# Tools that read the API document: many small files, so they are installed while the compiler works. Some warn about the version of Node.js.
(cd tests/DocumentTools && npm ci --no-audit --no-fund --ignore-scripts --loglevel error) &
document_tools=$!
(cd tests/DocumentTools && dotnet tool restore && dotnet restore Clients --locked-mode)
# The build installs what the dashboard and the client for JavaScript need, and builds both.
step "Building (about a minute)"
dotnet restore Gateway.sln --locked-mode
dotnet build Gateway.sln -c Release --no-restore -v minimal -warnaserror -p:OpenApiGenerate=false
step "Publishing the program (about two minutes)"
# Some tests start the program as it is deployed.
dotnet publish src/Gateway -c Release -o src/Gateway/bin/published -v minimal -warnaserror -p:OpenApiGenerate=false
wait "$document_tools"
step "Checking the format"
# The build has checked style and analyzers already, as errors.
dotnet format whitespace Gateway.sln --no-restore --verify-no-changes

if [ "${1:-}" = --soak ]; then
  minutes=${2:?how many minutes}
  CsCheck_Time=60 timeout --kill-after=10 20m tests/Qmp.Tests/bin/Release/net10.0/Qmp.Tests -noColor -noLogo -class '*Propert*' -class '*.AnyStreamTests' -class '*GarbageTests'
  CsCheck_Time=60 timeout --kill-after=10 20m tests/Gateway.Tests/bin/Release/net10.0/Gateway.Tests -noColor -noLogo -class '*FuzzTests' \
    -class '*.JournalModelTests' -class '*.JournalStormTests'
  SOAK_MINUTES=$minutes timeout --kill-after=10 "$((minutes + 20))m" tests/Gateway.EndToEnd/bin/Release/net10.0/Gateway.EndToEnd -noColor -noLogo \
    -class '*.SoakTests' -showLiveOutput | sed -u 's/^ *Gateway\.EndToEnd\.Soak\..*\[OUTPUT\] //'
  exit
fi

passed=0
failed=0
report=$(mktemp)
trap 'rm -f "$report"' EXIT

# Runs the tests of a project, with options for the runner, and adds up the results.
run_tests() {
  local project=$1 summary total errors bad skipped not_run
  timeout --kill-after=10 30m "tests/$project/bin/Release/net10.0/$project" -noColor -noLogo "${@:2}" 2>&1 | tee "$report" || true
  # "Total: 12, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 1.2s"; a runner that crashed prints no such line and counts as an error.
  summary=$(sed -nE 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+), Not Run: ([0-9]+).*/\1 \2 \3 \4 \5/p' "$report" | tail -n 1)
  read -r total errors bad skipped not_run <<<"${summary:-0 1 0 0 0}"
  passed=$((passed + total - bad - skipped - not_run))
  failed=$((failed + bad + errors + skipped + not_run))
}

# Runs the tests of an npm package and adds up the results: "ℹ pass 36". A compiler that failed says nothing of the kind.
run_npm_tests() {
  (cd "$1" && npm test 2>&1) | tee "$report" || true
  passed=$((passed + $(sed -nE 's/^ℹ pass ([0-9]+)$/\1/p' "$report" | grep . || echo 0)))
  failed=$((failed + $(sed -nE 's/^ℹ (fail|cancelled|skipped|todo) ([0-9]+)$/\2/p' "$report" | paste -sd+ | grep . || echo 1)))
}

step "The client for JavaScript"
run_npm_tests src/client-js
step "The dashboard"
run_npm_tests src/Dashboard

for project in Qmp.Tests Gateway.Tests Gateway.EndToEnd; do
  step "$project"
  run_tests "$project"
done

step "Events and states again, through Prism, which checks each request and answer against the API document"
export GATEWAY_THROUGH=prism
run_tests Gateway.EndToEnd -class '*.EventTests' -class '*.FakeEventTests' -class '*.StateTests' -class '*.LostQemuTests' -class '*.CommandsDescriptionTests'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
