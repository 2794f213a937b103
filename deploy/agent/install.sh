#!/bin/sh
# Installs the Hearst Control agent, from the folder this script lies in or from a web address. Asks nothing.
#
#   install.sh [--from FOLDER | --url ADDRESS] [--site-file FILE] [--no-start] [--token TOKEN [--hub ADDRESS]]
#
# With a token it goes on with `hearst-agent setup`: enrolment, and whether headquarters receives the data.
# The folder holds SHA256SUMS, SHA256SUMS.sig and the archive. An agent.yaml in it becomes the site file, if the machine
# has none. The whole body is one function, called on the last line: a download that was cut short does nothing.

main() {
  set -eu
  umask 022
  root=/opt/hearst-agent
  from='' url='' site='' token='' hub='' start=yes
  french=no
  case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in fr*) french=yes ;; esac

  say() { if [ "$french" = yes ]; then printf '%s\n' "$2"; else printf '%s\n' "$1"; fi; }
  fail() {
    code=$1
    shift
    say "$@" >&2
    exit "$code"
  }
  usage() {
    options='[--site-file FILE] [--no-start] [--token TOKEN [--hub URL]]'
    fail 2 "Usage: install.sh [--from FOLDER | --url URL] $options" \
      "Utilisation : install.sh [--from DOSSIER | --url URL] $options"
  }

  while [ $# -gt 0 ]; do
    case "$1" in
      --no-start) start=no ;;
      --from | --url | --site-file | --token | --hub)
        [ $# -ge 2 ] || usage
        case "$1" in
          --from) from=$2 ;;
          --url) url=${2%/} ;;
          --token) token=$2 ;;
          --hub) hub=$2 ;;
          *) site=$2 ;;
        esac
        shift
        ;;
      *) usage ;;
    esac
    shift
  done

  [ "$(id -u)" = 0 ] ||
    fail 77 "error: only root can install it. Next: sudo sh $0" "erreur : il faut être root. Ensuite : sudo sh $0"
  case "$(uname -s) $(uname -m)" in
    'Linux x86_64') arch=x64 ;;
    'Linux aarch64' | 'Linux arm64') arch=arm64 ;;
    *) fail 1 "error: there is no agent for $(uname -s) $(uname -m), only for Linux x86_64 and aarch64" \
      "erreur : pas d'agent pour $(uname -s) $(uname -m), seulement pour Linux x86_64 et aarch64" ;;
  esac
  for tool in tar gzip sha256sum useradd install systemctl; do
    command -v "$tool" >/dev/null 2>&1 ||
      fail 1 "error: this machine has no $tool. Next: install it, then run this again" \
        "erreur : $tool manque sur cette machine. Ensuite : installez-le, puis relancez"
  done

  work=$(mktemp -d)
  staged=''
  # shellcheck disable=SC2064 # the folder is known now
  trap "rm -rf '$work'; rm -rf $root/versions/.new-$$; rmdir $root/versions $root 2>/dev/null || true" EXIT
  trap 'exit 130' INT TERM HUP

  fetch() { # FILE: downloads it into the work folder
    if command -v curl >/dev/null 2>&1; then
      curl --fail --silent --show-error --location --output "$work/$1" "$url/$1"
    elif command -v wget >/dev/null 2>&1; then
      wget --quiet --output-document="$work/$1" "$url/$1"
    else
      fail 1 "error: neither curl nor wget is here. Next: install from a USB folder with --from" \
        "erreur : ni curl ni wget. Ensuite : installez depuis un dossier USB avec --from"
    fi || fail 69 "error: $url/$1 cannot be fetched. Next: check line and address" \
      "erreur : $url/$1 est inaccessible. Ensuite : vérifiez la ligne et l'adresse"
  }
  if [ -n "$url" ]; then
    folder=$work
    fetch SHA256SUMS
    fetch SHA256SUMS.sig
  else
    folder=${from:-$(dirname "$(readlink -f "$0")")}
  fi
  for file in SHA256SUMS SHA256SUMS.sig; do
    [ -f "$folder/$file" ] ||
      fail 1 "error: $folder holds no $file. Next: copy the whole release, or name its place with --from" \
        "erreur : pas de $file dans $folder. Ensuite : copiez la version entière, ou indiquez le dossier avec --from"
  done
  archive=$(sed -n "s/^[0-9a-f]\{64\}  \(hearst-agent-[0-9][0-9a-z.-]*-linux-$arch\.tar\.gz\)\$/\1/p" "$folder/SHA256SUMS" |
    sort -V | tail -n 1)
  [ -n "$archive" ] || fail 1 "error: the list names no archive for $arch" "erreur : aucune archive pour $arch dans la liste"
  version=${archive#hearst-agent-}
  version=${version%-linux-"$arch".tar.gz}
  [ -z "$url" ] || fetch "$archive"

  # Where an agent runs already it knows the key from before, watches the new version, and can go back.
  if [ -x "$root/current/hearst-agent" ] && systemctl is-active --quiet hearst-agent.service; then
    "$root/current/hearst-agent" update --from "$folder/$archive"
    exit 0
  fi

  grep "  $archive\$" "$folder/SHA256SUMS" >"$work/expected"
  (cd "$folder" && sha256sum --check --status "$work/expected") ||
    fail 77 "error: $archive is not what SHA256SUMS says: cut short or changed. Next: copy it again" \
      "erreur : $archive ne correspond pas à SHA256SUMS : tronquée ou modifiée. Ensuite : copiez-la de nouveau"

  # The key is this script's own, or the one of the version that is installed already.
  cat >"$work/key.pem" <<'KEY'
@RELEASE_KEY@
KEY
  if [ -f "$root/current/release-key.pem" ]; then cp "$root/current/release-key.pem" "$work/key.pem"; fi
  verify_by_node() { # NODE
    # shellcheck disable=SC2016 # JavaScript
    "$1" -e '
      const { readFileSync } = require("node:fs");
      const [key, list, signature] = process.argv.slice(1).map((path) => readFileSync(path));
      process.exit(require("node:crypto").verify(null, list, key, signature) ? 0 : 77);
    ' "$work/key.pem" "$folder/SHA256SUMS" "$folder/SHA256SUMS.sig"
  }
  refuse() {
    fail 77 "error: the signature of the release is not right. Next: do not install it, tell headquarters" \
      "erreur : la signature de la version est fausse. Ensuite : ne l'installez pas, prévenez le siège"
  }
  # By something this machine has, so that nothing of the archive runs before; by its own Node where there is nothing.
  verified=yes
  if [ -x "$root/current/node" ]; then
    verify_by_node "$root/current/node" || refuse
  elif openssl pkeyutl -help 2>&1 | grep -q rawin; then
    openssl pkeyutl -verify -rawin -pubin -inkey "$work/key.pem" -in "$folder/SHA256SUMS" \
      -sigfile "$folder/SHA256SUMS.sig" >/dev/null 2>&1 || refuse
  else
    verified=no
  fi

  staged=$root/versions/.new-$$
  mkdir -p "$staged"
  tar -xzf "$folder/$archive" -C "$staged" --strip-components=1 --no-same-owner ||
    fail 1 "error: $archive cannot be unpacked below $root. Next: df -h $root" \
      "erreur : impossible de décompresser $archive dans $root. Ensuite : df -h $root"
  [ "$verified" = yes ] || verify_by_node "$staged/node" || refuse
  [ "$("$staged/hearst-agent" --version)" = "$version" ] ||
    fail 1 "error: the program does not run on this machine" "erreur : le programme ne fonctionne pas sur cette machine"
  say "ok: $archive is whole and its signature is right" "ok : $archive est entière et sa signature est juste"

  rm -rf "${root:?}/versions/$version"
  mv "$staged" "$root/versions/$version"
  : "${site:=$folder/agent.yaml}"
  mkdir -p /etc/hearst-agent
  if [ -f "$site" ] && [ ! -f /etc/hearst-agent/agent.yaml ]; then cp "$site" /etc/hearst-agent/agent.yaml; fi
  [ -z "$url" ] || printf '%s\n' "$url" >/etc/hearst-agent/release-url
  if [ "$start" = yes ]; then "$root/versions/$version/setup.sh"; else "$root/versions/$version/setup.sh" --no-start; fi
  say "ok: hearst-agent $version is installed" "ok : hearst-agent $version est installé"

  if [ -n "$token" ]; then
    set -- setup --token "$token"
    [ -z "$hub" ] || set -- "$@" --hub "$hub"
    [ -t 0 ] || set -- "$@" --yes
    "$root/current/hearst-agent" "$@"
  elif [ ! -f /etc/hearst-agent/agent.yaml ]; then
    say "Next: hearst-agent setup --token TOKEN --hub URL   (with --site-file FILE, or it asks what stands here)" \
      "Ensuite : hearst-agent setup --token JETON --hub URL   (avec --site-file FICHIER, sinon il demande)"
  elif [ "$start" = yes ]; then
    tries=60
    until systemctl is-active --quiet hearst-agent.service; do
      tries=$((tries - 1))
      [ "$tries" -gt 0 ] || fail 1 "error: it does not start. Next: journalctl -u hearst-agent -n 50" \
        "erreur : il ne démarre pas. Ensuite : journalctl -u hearst-agent -n 50"
      sleep 1
    done
    say "ok: it runs. Next: hearst-agent setup --token TOKEN" "ok : il fonctionne. Ensuite : hearst-agent setup --token JETON"
  fi
}

main "$@"
