#!/bin/sh
# Publishes programs into /out/NAME:  publish ARCHITECTURE VERSION CLUSTERED NAME...
# Framework-dependent, for the base image has the framework; compiled ahead of time, for a pod that starts in half the time.
set -eu

architecture=$1 version=$2 clustered=$3
shift 3
for name; do
  dotnet publish "src/$name" -c Release -a "$architecture" --no-self-contained -o "/out/$name" -v q --nologo -nodeReuse:false \
    -p:Clustered="$clustered" -p:Version="$version" -p:PublishReadyToRun=true -p:PublishDocumentationFiles=false \
    -p:UseAppHost=false -p:UseSharedCompilation=false -p:RunAnalyzers=false
  # Settings that are mounted as one file, in the place of an empty one.
  ln -s /etc/mcp-gateway/settings.json "/out/$name/appsettings.Production.json"
done
mkdir -p /out/data /out/etc
echo '{}' >/out/etc/settings.json
