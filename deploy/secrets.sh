#!/bin/sh
# Makes the secrets that compose.yaml reads, each in a file of its own: random passwords, and a certificate signed by
# itself to begin with (put your own in tls_cert.pem and tls_key.pem, then restart mosquitto and proxy).
# Needs openssl and mosquitto_passwd (Debian: mosquitto).
#
#   deploy/secrets.sh NAME [FOLDER]             # NAME: the hub's name on the network. What is there is never overwritten.
#   deploy/secrets.sh --agent AGENT-ID [FOLDER] # adds an agent's login to the broker's; its secret comes on standard input
#
# The folder is for its owner alone (0700). The files in it are readable (0444): containers see each by itself and run as
# users of their own.
set -eu
umask 077
usage() {
  echo "usage: secrets.sh NAME [FOLDER] | secrets.sh --agent AGENT-ID [FOLDER] < SECRET" >&2
  exit 2
}

# Adds a login to the broker's file; the password is hashed in place and never stands on a command line.
login() {
  printf '%s:%s\n' "$1" "$2" >"$folder/.new-login"
  mosquitto_passwd -U "$folder/.new-login"
  touch "$folder/mosquitto_passwords"
  { grep -v "^$1:" "$folder/mosquitto_passwords" || true; cat "$folder/.new-login"; } >"$folder/.passwords"
  # Written over, not replaced: a container that runs has this very file.
  chmod 600 "$folder/mosquitto_passwords"
  cat "$folder/.passwords" >"$folder/mosquitto_passwords"
  chmod 444 "$folder/mosquitto_passwords"
  rm -f "$folder/.new-login" "$folder/.passwords"
}

here=$(cd "$(dirname "$0")" && pwd)
agent=
if [ "${1:-}" = --agent ]; then
  agent=${2:-}
  [ -n "$agent" ] || usage
  shift
fi
name=${1:-}
case $name in '' | -*) usage ;; esac
folder=${2:-$here/secrets}
mkdir -p "$folder"
chmod 700 "$folder"

if [ -n "$agent" ]; then
  IFS= read -r secret
  login "$agent" "$secret"
  echo "The broker knows $agent once it has read its file again: docker compose -f deploy/compose.yaml kill -s HUP mosquitto"
  exit 0
fi

keep() { # FILE: standard input becomes that file unless it is there
  if [ -e "$folder/$1" ]; then cat >/dev/null; return; fi
  cat >"$folder/$1"
  chmod 444 "$folder/$1"
}
openssl rand -hex 24 | keep postgres_password
printf 'postgres://hearst:%s@postgres:5432/hearst\n' "$(cat "$folder/postgres_password")" | keep database_url
if [ ! -e "$folder/mqtt_url" ]; then
  password=$(openssl rand -hex 24)
  login hub "$password"
  printf 'mqtt://hub:%s@mosquitto:1883\n' "$password" | keep mqtt_url
fi
if [ ! -e "$folder/tls_key.pem" ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj "/CN=$name" \
    -addext "subjectAltName=DNS:$name" -keyout "$folder/tls_key.pem" -out "$folder/tls_cert.pem" 2>/dev/null
  chmod 444 "$folder/tls_key.pem" "$folder/tls_cert.pem"
fi
echo "The secrets are in $folder. Next: HEARST_NAME=$name docker compose -f deploy/compose.yaml up -d --build"
