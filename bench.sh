#!/usr/bin/env bash
# Measures the gateway as run.sh starts it and prints one JSON line a figure; see docs/PERFORMANCE.md.
#   ./bench.sh [start|memory|sessions|calls|floor ...]      all without arguments: about five minutes
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
. "$root/build/publish.sh"
dotnet build "$root/benchmarks/Load" -c Release -v q --nologo -clp:NoSummary >&2

# Nothing here takes a third of this, even on a busy machine.
exec timeout --kill-after=10 900 dotnet exec "$root/artifacts/standalone/bin/McpGateway.Load/release/McpGateway.Load.dll" bench "$program" "$@"
