#!/usr/bin/env bash
# Makes sure that what tests need from the system is there: installs Debian's packages where it may, else says how.
#   debian.sh venv      the part of Python that makes virtual environments
#   debian.sh browser   Chromium, and the library that Playwright's driver wants
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin

has_venv() { python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
has_browser() { command -v "${CHROMIUM:-chromium}" >/dev/null; }
has_libatomic() { ! command -v ldconfig >/dev/null || ldconfig -p | grep -q 'libatomic\.so\.1'; }

packages=()
case "$1" in
  venv) has_venv || packages+=(python3 python3-venv) ;;
  browser)
    has_browser || packages+=(chromium)
    has_libatomic || packages+=(libatomic1)
    ;;
esac
[ ${#packages[@]} = 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${packages[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
else
  echo "This needs ${packages[*]}. On Debian or Ubuntu: sudo apt-get install ${packages[*]}" >&2
  exit 1
fi

if [ "$1" = venv ] && ! has_venv; then
  echo "Python 3.11 or newer is needed; this one is $(python3 --version)" >&2
  exit 1
fi
