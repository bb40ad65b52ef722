#!/usr/bin/env bash
# Makes the pictures of the dashboard in this directory: each page in light, dark and narrow, of a fleet of real QEMUs and fakes.
# Needs a build: dotnet build -c Release
set -euo pipefail
cd "$(dirname "$0")"
DASHBOARD_IMAGES=$PWD ../../tests/Gateway.EndToEnd/bin/Release/net10.0/Gateway.EndToEnd -noColor -noLogo -class '*.Dashboard.ImageTests'
ls -l -- *.png
