#!/usr/bin/env bash
# Measures the standalone edition (Release) and prints one JSON line a figure; see docs/PERFORMANCE.md.
#   ./bench.sh [start|memory|sessions|calls ...]      all without arguments: about three minutes
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
command -v dotnet >/dev/null || PATH=$HOME/.dotnet:$PATH

for project in src/Frontend benchmarks/Load; do
  dotnet build "$root/$project" -c Release -v q --nologo -clp:NoSummary >&2
done

bin=$root/artifacts/standalone/bin
# Nothing here takes a third of this, even on a busy machine.
exec timeout --kill-after=10 900 dotnet exec "$bin/McpGateway.Load/release/McpGateway.Load.dll" bench "$bin/McpGateway.Frontend/release/McpGateway.Frontend.dll" "$@"
