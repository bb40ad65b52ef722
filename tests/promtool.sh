#!/usr/bin/env bash
# Leaves promtool in tests/bin where there is none: out of Debian's package prometheus, which is not installed, as that would start a server.
set -euo pipefail
cd "$(dirname "$0")"

command -v promtool >/dev/null && exit 0
[ -x bin/promtool ] && exit 0

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
package=$(mktemp -d)
trap 'rm -rf "$package"' EXIT
# A machine without package lists has to fetch them first.
apt-cache show prometheus >/dev/null 2>&1 || "${as_root[@]}" apt-get update -q
(cd "$package" && apt-get download -q prometheus)
mkdir -p bin
dpkg-deb --fsys-tarfile "$package"/prometheus_*.deb | tar -xO ./usr/bin/promtool >bin/promtool
chmod +x bin/promtool
