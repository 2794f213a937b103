#!/bin/sh
# Makes the machine run the version whose folder this lies in: user, folders, link, unit. Safe to run again.
# Called by install.sh, by the Debian package and by `hearst-agent update`.
#
#   setup.sh [--no-start]

setup() {
  set -eu
  umask 022
  here=$(dirname "$(readlink -f "$0")")
  root=$(dirname "$(dirname "$here")")
  config=/etc/hearst-agent
  data=/var/lib/hearst-agent
  unit=/etc/systemd/system/hearst-agent.service
  start=yes
  [ "${1:-}" != --no-start ] || start=no

  id -u hearst-agent >/dev/null 2>&1 ||
    useradd --system --user-group --no-create-home --home-dir "$data" --shell /usr/sbin/nologin hearst-agent
  install -d -m 0750 -o root -g hearst-agent "$config"
  install -d -m 0700 -o hearst-agent -g hearst-agent "$data"
  chown -R hearst-agent:hearst-agent "$data"
  install -m 0644 "$here/agent.example.yaml" "$config/agent.example.yaml"
  if [ -f "$config/agent.yaml" ]; then
    chown root:hearst-agent "$config/agent.yaml"
    chmod 0640 "$config/agent.yaml"
  fi

  ln -sfn "versions/$(basename "$here")" "$root/.current.new"
  mv -fT "$root/.current.new" "$root/current"
  if [ ! -e /usr/bin/hearst-agent ]; then
    mkdir -p /usr/local/bin
    ln -sfn "$root/current/hearst-agent" /usr/local/bin/hearst-agent
  fi

  # The program writes the unit for this machine's site file. Without one the unit that was made with it does.
  "$here/hearst-agent" --quiet service install --no-start >/dev/null 2>&1 ||
    install -m 0644 "$here/hearst-agent.service" "$unit"
  if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
  if command -v systemctl >/dev/null 2>&1; then systemctl enable --quiet hearst-agent.service; fi
  if [ "$start" = yes ] && [ -d /run/systemd/system ] && [ -f "$config/agent.yaml" ]; then
    systemctl restart --no-block hearst-agent.service
  fi
}

setup "$@"
