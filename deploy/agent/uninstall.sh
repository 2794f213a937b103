#!/bin/sh
# Removes the Hearst Control agent. Site file and data (credential, readings that wait for the hub) stay unless --purge.
#
#   uninstall.sh [--purge] [--yes]

main() {
  set -eu
  purge=no yes=no package=no
  french=no
  case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in fr*) french=yes ;; esac

  say() { if [ "$french" = yes ]; then printf '%s\n' "$2"; else printf '%s\n' "$1"; fi; }
  fail() {
    code=$1
    shift
    say "$@" >&2
    exit "$code"
  }

  for argument in "$@"; do
    case "$argument" in
      --purge) purge=yes ;;
      --yes) yes=yes ;;
      --package) package=yes ;; # called by dpkg, which removes its own files
      *) fail 2 "Usage: uninstall.sh [--purge] [--yes]" "Utilisation : uninstall.sh [--purge] [--yes]" ;;
    esac
  done
  [ "$(id -u)" = 0 ] ||
    fail 77 "error: only root can remove it. Next: sudo $0" "erreur : il faut être root. Ensuite : sudo $0"

  if [ "$purge" = yes ] && [ "$yes" = no ] && [ "$package" = no ] && [ -t 0 ]; then
    say "Site file, credential and readings that wait for the hub will be lost. Type yes to go on:" \
      "Le fichier du site, l'identité et les mesures en attente seront perdus. Tapez oui pour continuer :"
    read -r answer
    case "$answer" in yes | oui) ;; *) fail 130 "Nothing was removed." "Rien n'a été supprimé." ;; esac
  fi

  if [ "$package" = no ] && command -v dpkg-query >/dev/null 2>&1 &&
    dpkg-query -W -f='${db:Status-Abbrev}' hearst-agent 2>/dev/null | grep -q '^ii'; then
    if [ "$purge" = yes ]; then dpkg --purge hearst-agent; else dpkg --remove hearst-agent; fi
    exit 0
  fi

  for unit in hearst-agent-update hearst-agent; do
    if [ -f "/etc/systemd/system/$unit.service" ] && command -v systemctl >/dev/null 2>&1; then
      systemctl disable --quiet --now "$unit.service" 2>/dev/null || true
      systemctl reset-failed "$unit.service" 2>/dev/null || true
    fi
    rm -rf "/etc/systemd/system/$unit.service" "/etc/systemd/system/$unit.service.d"
    rm -f "/etc/systemd/system/multi-user.target.wants/$unit.service"
  done
  if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
  rm -f /usr/local/bin/hearst-agent
  rm -rf /opt/hearst-agent
  if [ "$purge" = yes ]; then rm -rf /etc/hearst-agent /var/lib/hearst-agent; fi
  if id -u hearst-agent >/dev/null 2>&1; then userdel hearst-agent; fi
  # What stays belongs to root: the number of the user that is gone may be given to another.
  if [ -d /var/lib/hearst-agent ]; then chown -R root:root /var/lib/hearst-agent; fi
  if [ -d /etc/hearst-agent ]; then
    rm -f /etc/hearst-agent/agent.example.yaml
    chown -R root:root /etc/hearst-agent
    rmdir /etc/hearst-agent 2>/dev/null || true
  fi

  if [ "$purge" = yes ]; then
    say "ok: the agent is removed, with its data" "ok : l'agent est supprimé, avec ses données"
  else
    say "ok: the agent is removed; /etc/hearst-agent and /var/lib/hearst-agent stay (--purge removes them too)" \
      "ok : l'agent est supprimé ; /etc/hearst-agent et /var/lib/hearst-agent restent (--purge les supprime aussi)"
  fi
}

main "$@"
