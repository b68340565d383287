#!/bin/sh
# Builds the standalone edition where something changed, and starts it:
#   ./run.sh                          the gateway on http://127.0.0.1:4444, its data in ./data
#   ./run.sh --urls URL --data FOLDER
#   ./run.sh stdio --url ENDPOINT     a bridge for clients that speak stdio; the token comes from MCPGATEWAY_TOKEN
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
output=$root/artifacts/run
stamp=$output/.run-sh-built
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

# The default of the SDK's own install script is not always on the path.
command -v dotnet >/dev/null 2>&1 || PATH=$HOME/.dotnet:$PATH
if ! command -v dotnet >/dev/null 2>&1; then
  echo "run.sh needs the .NET 10 SDK (the command 'dotnet')." >&2
  exit 1
fi

changed() {
  [ ! -f "$stamp" ] || [ -n "$(find "$root/src" "$root/build" "$root"/Directory.* "$root/global.json" -newer "$stamp" -type f ! -path '*/wwwroot/_framework*' -print | head -n 1)" ]
}

build() {
  echo "Building McpGateway (the first time this takes a minute or two) ..." >&2
  # Taken before the build: what is saved while it runs is built next time.
  mkdir -p "$output"
  touch "$stamp.new"
  # Compiled ahead of time it starts in half the time; where that compiler cannot be had, it runs all the same.
  if ! publish --use-current-runtime -p:PublishReadyToRun=true >/dev/null 2>&1 && ! log=$(publish 2>&1); then
    printf '%s\n' "$log" >&2
    exit 1
  fi
  mv "$stamp.new" "$stamp"
}

publish() {
  # Compilers that stay in the background would hold the pipes of a client that starts the bridge.
  dotnet publish "$root/src/Frontend" -c Release --no-self-contained -o "$output" -v q --nologo -nodeReuse:false -p:UseSharedCompilation=false "$@"
}

if changed; then
  mkdir -p "$root/artifacts"
  if command -v flock >/dev/null 2>&1; then
    # A client may start several bridges at once.
    exec 9>"$root/artifacts/.run-sh-lock"
    flock 9
    if changed; then build; fi
    exec 9>&-
  else
    build
  fi
fi

# The data folder is the repository's, wherever the script is called from, unless something else is said.
own_data=yes
[ -z "${MCPGATEWAY_Storage__DataFolder:-}${Storage__DataFolder:-}" ] || own_data=no
case ${1:-} in stdio) own_data=no ;; esac
for argument; do
  case $argument in --data | --data=* | --data:* | --help | -h | '-?' | --version) own_data=no ;; esac
done
[ "$own_data" = no ] || set -- --data "$root/data" "$@"

exec dotnet "$output/McpGateway.Frontend.dll" "$@"
