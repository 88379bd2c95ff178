#!/bin/sh
# Makes .venv from requirements.lock and fetches the servers, on a machine that has nothing but a Python.
# When the lock has not changed since the last time this ends at once, so every make target may call it.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
cd "$root"
unset PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME VIRTUAL_ENV
lock=$(sha256sum requirements.lock | cut -d' ' -f1)
if [ -x .venv/bin/python ] && [ "$(cat .venv/.installed-lock 2>/dev/null)" = "$lock" ]; then
  exit 0
fi

UV_VERSION=0.13.9
RICH_VERSION=15.0.0

# The first interpreter that really starts (a pyenv shim on PATH may not) and has venv.
usable() { "$1" -c "import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != ($2))" >/dev/null 2>&1; }
python=
for version in 3.12 3.11; do
  wanted=$(echo "$version" | tr . ,)
  for candidate in "$(command -v "python$version" || true)" \
    "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python3 "$(command -v python3 || true)" /usr/bin/python3; do
    if [ -n "$candidate" ] && [ -x "$candidate" ] && usable "$candidate" "$wanted"; then
      python=$candidate
      break 2
    fi
  done
done
if [ -z "$python" ]; then
  echo "No Python 3.11 or 3.12 with venv was found on PATH or under ~/.pyenv/versions." >&2
  echo "On Debian: apt-get install python3 python3-venv" >&2
  exit 1
fi
python=$("$python" -c 'import os, sys; print(os.path.realpath(sys.executable))')

cache=${LEARN_PIPELINES_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/learn-pipelines}
tag=$("$python" -c 'import sys; print("py%d%d" % sys.version_info[:2])')
boot=$cache/installer-$UV_VERSION-$tag
if [ ! -e "$boot/.ready" ]; then
  echo "installer   fetching uv $UV_VERSION ($("$python" --version))"
  mkdir -p "$cache"
  rm -rf "$boot"
  "$python" -m venv "$boot"
  "$boot/bin/python" -m pip install -q --disable-pip-version-check "uv==$UV_VERSION" "rich==$RICH_VERSION"
  touch "$boot/.ready"
fi
exec "$boot/bin/python" -m include.local.install --python "$python" --lock "$lock"
