#!/usr/bin/env bash
# Puts promtool into tests/bin if it is missing. It comes from Debian's package prometheus, which is unpacked, not installed, because installing it would start a server.
set -euo pipefail
cd "$(dirname "$0")"

command -v promtool >/dev/null && exit 0
[ -x bin/promtool ] && exit 0

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
package=$(mktemp -d)
trap 'rm -rf "$package"' EXIT
# Fetch the package lists if the machine has none.
apt-cache show prometheus >/dev/null 2>&1 || "${as_root[@]}" apt-get update -q
(cd "$package" && apt-get download -q prometheus)
mkdir -p bin
dpkg-deb --fsys-tarfile "$package"/prometheus_*.deb | tar -xO ./usr/bin/promtool >bin/promtool
chmod +x bin/promtool
