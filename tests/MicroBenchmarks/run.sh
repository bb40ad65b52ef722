#!/usr/bin/env bash
# Measures the inner parts alone, time and allocations of one event or command each: tests/MicroBenchmarks/run.sh [OPTION OF BENCHMARKDOTNET…]
# For instance --filter '*Journal*', or --job medium for narrower errors.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build tests/MicroBenchmarks -c Release -v quiet -nologo -p:OpenApiGenerate=false >&2
exec tests/MicroBenchmarks/bin/Release/net10.0/MicroBenchmarks "$@"
