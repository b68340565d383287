# Read by run.sh and bench.sh, so that what is measured is what people run. Wants $root, sets $program: the standalone edition, published
# into artifacts/run where something has changed since the last time.
output=$root/artifacts/run
stamp=$output/.run-sh-built
program=$output/McpGateway.Frontend.dll
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

# The default of the SDK's own install script is not always on the path.
command -v dotnet >/dev/null 2>&1 || PATH=$HOME/.dotnet:$PATH
if ! command -v dotnet >/dev/null 2>&1; then
  echo "This needs the .NET 10 SDK (the command 'dotnet')." >&2
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
