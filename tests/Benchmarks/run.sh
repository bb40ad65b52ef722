#!/usr/bin/env bash
# Measures the gateway against references in the same run, and prints a table: tests/Benchmarks/run.sh [--rounds N] [WORKLOAD…]
# Workloads: one many vms latency hub-100-json hub-100-messagepack hub-1000-json sse-100 sse-1000 ingest-1 ingest-100 replay fleet start
set -euo pipefail
cd "$(dirname "$0")/../.."
deploy/debian-packages.sh qemu-system-x86_64=qemu-system-x86 >&2
dotnet publish src/Gateway -c Release -o src/Gateway/bin/published -v quiet -nologo -p:OpenApiGenerate=false >&2
dotnet build tests/Benchmarks -c Release -v quiet -nologo >&2
ulimit -n 16384
exec tests/Benchmarks/bin/Release/net10.0/Benchmarks "$@"
