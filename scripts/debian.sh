#!/usr/bin/env bash
# Makes sure that a command is there: `debian.sh COMMAND PACKAGE...` installs the Debian packages where it may, else says how.
# `debian.sh --venv` does so for the part of Python that makes virtual environments.
set -euo pipefail

has_venv() { python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

if [ "$1" = --venv ]; then
  has_venv && exit 0
  packages=(python3 python3-venv)
else
  command -v "$1" >/dev/null && exit 0
  packages=("${@:2}")
fi

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${packages[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
else
  echo "This needs ${packages[*]}. On Debian or Ubuntu: sudo apt-get install ${packages[*]}" >&2
  exit 1
fi

if [ "$1" = --venv ] && ! has_venv; then
  echo "Python 3.11 or newer is needed; this one is $(python3 --version)" >&2
  exit 1
fi
