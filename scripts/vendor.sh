#!/usr/bin/env bash
# Copies what the browser gets from npm into static/vendor, with a SHA-256 manifest.
# Run it after changing a version in package.json and running `npm install --package-lock-only`.
# Nobody needs Node to run or test: the copies are committed, and `make check` compares them with the manifest.
set -euo pipefail
cd "$(dirname "$0")/.."

npm ci --ignore-scripts
install -m 644 node_modules/htmx.org/dist/htmx.min.js static/vendor/htmx.min.js
install -m 644 node_modules/htmx.org/LICENSE static/vendor/htmx.LICENSE
(cd static/vendor && sha256sum htmx.min.js htmx.LICENSE > MANIFEST)
cat static/vendor/MANIFEST
