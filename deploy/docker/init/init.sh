#!/bin/sh
# Fills the volumes under $1 (default /volumes) once; a second run changes nothing. Each part gets only what it needs:
#   silo/       settings.json (database, Redis, first administrator), master.key, tls.crt, tls.key, ca.crt
#   client/     the same for frontends and dashboard, without database and administrator
#   postgres/   password        redis/   redis.conf        admin/   email, password, ca.key
set -eu
umask 077

volumes=${1:-/volumes}
user=1654
email=${MCPGATEWAY_ADMIN_EMAIL:-admin@localhost}

secret() { openssl rand -hex 24; }

certificate() { # folder, name
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=mcp-gateway $2" -keyout "$1/tls.key" -out "$work/request.csr" 2>/dev/null
  printf 'extendedKeyUsage=serverAuth,clientAuth\nkeyUsage=digitalSignature\nsubjectAltName=DNS:%s\n' "$2" >"$work/extensions"
  openssl x509 -req -in "$work/request.csr" -CA "$volumes/admin/ca.crt" -CAkey "$volumes/admin/ca.key" -CAcreateserial -days 3650 \
    -extfile "$work/extensions" -out "$1/tls.crt" 2>/dev/null
  cp "$volumes/admin/ca.crt" "$1/ca.crt"
}

if [ -f "$volumes/admin/made" ]; then
  echo "Keys and passwords were made before; nothing to do."
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$volumes/silo" "$volumes/client" "$volumes/postgres" "$volumes/redis" "$volumes/admin"
database=$(secret) redis=$(secret) password=$(secret)

openssl rand -base64 32 >"$volumes/silo/master.key"
cp "$volumes/silo/master.key" "$volumes/client/master.key"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=mcp-gateway cluster" \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
  -keyout "$volumes/admin/ca.key" -out "$volumes/admin/ca.crt" 2>/dev/null
certificate "$volumes/silo" silo
certificate "$volumes/client" client

cat >"$volumes/silo/settings.json" <<JSON
{
  "ADMIN_EMAIL": "$email",
  "ADMIN_PASSWORD": "$password",
  "Storage": { "ConnectionString": "Host=postgres;Database=mcpgateway;Username=mcpgateway;Password=$database" },
  "Cluster": { "Redis": "redis:6379,password=$redis" }
}
JSON
printf '{ "Cluster": { "Redis": "redis:6379,password=%s" } }\n' "$redis" >"$volumes/client/settings.json"
printf '%s' "$database" >"$volumes/postgres/password"
printf 'requirepass %s\nappendonly yes\nmaxmemory 128mb\nmaxmemory-policy noeviction\n' "$redis" >"$volumes/redis/redis.conf"
printf '%s\n' "$email" >"$volumes/admin/email"
printf '%s\n' "$password" >"$volumes/admin/password"

chown -R "$user:$user" "$volumes/silo" "$volumes/client"
# Read by users of their images, each from a volume that nobody else mounts.
chmod 0755 "$volumes/postgres" "$volumes/redis"
chmod 0444 "$volumes/postgres/password" "$volumes/redis/redis.conf"
# Last: what was broken off is made anew.
touch "$volumes/admin/made"

echo "Administrator: $email"
echo "Password:      $password"
