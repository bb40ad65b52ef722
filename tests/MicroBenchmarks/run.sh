#!/usr/bin/env bash
# Measures time and allocations of each inner part, for one event or command: tests/MicroBenchmarks/run.sh [OPTION OF BENCHMARKDOTNET…]
# For example --filter '*Journal*', or --job medium for smaller errors.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build tests/MicroBenchmarks -c Release -v quiet -nologo -p:OpenApiGenerate=false >&2
exec tests/MicroBenchmarks/bin/Release/net10.0/MicroBenchmarks "$@"
