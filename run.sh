#!/bin/sh
# Builds the standalone edition where something changed, and starts it:
#   ./run.sh                          the gateway on http://127.0.0.1:4444, its data in ./data
#   ./run.sh --urls URL --data FOLDER
#   ./run.sh stdio --url ENDPOINT     a bridge for clients that speak stdio; the token comes from MCPGATEWAY_TOKEN
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$root/build/publish.sh"

# The data folder is the repository's, wherever the script is called from, unless something else is said.
own_data=yes
[ -z "${MCPGATEWAY_Storage__DataFolder:-}${Storage__DataFolder:-}" ] || own_data=no
case ${1:-} in stdio) own_data=no ;; esac
for argument; do
  case $argument in --data | --data=* | --data:* | --help | -h | '-?' | --version) own_data=no ;; esac
done
[ "$own_data" = no ] || set -- --data "$root/data" "$@"

exec dotnet "$program" "$@"
