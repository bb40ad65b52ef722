#!/usr/bin/env bash
# Starts two real guests and the gateway in front of them, and shows what to try. Requires the .NET SDK, and installs Debian's QEMU if
# it is missing. Ctrl-C ends all of it and leaves nothing behind. The README and the guide use the same VM names.
#
#   web1  runs and does nothing, for you to experiment with
#   web2  panics, resets, sleeps, wakes and powers off, one step every four seconds, and is then started again
#
# PORT is the port to listen on. The default is 8080, or the next free port.
set -euo pipefail
cd "$(dirname "$0")/.."

# Makes a boot sector: the machine code, then the signature at the end.
boot_sector() {
  printf '%b' "$2" >"$1"
  truncate -s 510 "$1"
  printf '\x55\xaa' >>"$1"
}

lively_guest='\xe8\x6a\x00'               # call pause
lively_guest+='\xb0\x7e\xe6\x70\xe4\x71'  # read CMOS byte 0x7E, which survives a reset and counts the boots
lively_guest+='\x88\xc3\x40\xe6\x71'      # write it back, incremented
lively_guest+='\x80\xfb\x01\x74\x11'      # on the second boot: go to sleep
lively_guest+='\x77\x4e'                  # on the third: go to off
lively_guest+='\xba\x05\x05\xb0\x01\xee'  # port 0x505 = 1 (pvpanic): the guest panicked
lively_guest+='\xe8\x4f\x00'              # call pause
lively_guest+='\xb0\xfe\xe6\x64\xeb\x46'  # port 0x64 = 0xFE (keyboard controller): reset
lively_guest+='\xb0\x00\xe6\x70\xe4\x71'  # sleep: read the clock's seconds (in BCD)
lively_guest+='\x04\x05\x27\x3c\x60\x72\x02\x2c\x60\x88\xc4' # five more, modulo 60
lively_guest+='\xb0\x01\xe6\x70\x88\xe0\xe6\x71'             # set the alarm to that second
lively_guest+='\xb0\x03\xe6\x70\xb0\xff\xe6\x71'             # of any minute
lively_guest+='\xb0\x05\xe6\x70\xb0\xff\xe6\x71'             # of any hour
lively_guest+='\xb0\x0b\xe6\x70\xe4\x71\x0c\x20\xe6\x71'     # and enable it
lively_guest+='\xba\x02\x06\xb8\x00\x04\xef' # port 0x602 = 0x400 (ACPI): the clock may wake the guest
lively_guest+='\xb8\x00\x24\xeb\x03'      # 0x2400 (ACPI S3): suspend to memory
lively_guest+='\xb8\x00\x20'              # off: 0x2000 (ACPI S5): power off
lively_guest+='\xba\x04\x06\xef'          # to port 0x604
lively_guest+='\xf4\xeb\xfd'              # halt, for ever
lively_guest+='\xb9\x3d\x00\xba\x00\x09\xb4\x86\xcd\x15\xc3' # pause: BIOS, wait 4,000,000 µs; return
idle_guest='\xf4\xeb\xfd'                 # halt, for ever

qemu() {
  local name=$1
  shift
  exec qemu-system-x86_64 -name "$name" -display none -nodefaults -m 16 -machine pc -accel tcg -device pvpanic -action panic=none \
    -drive "file=$work/$name.img,format=raw,if=ide" -qmp "unix:$work/run/$name.qmp,server=on,wait=off" "$@"
}

# Starts QEMU again whenever it ends. Each start is another run.
keep_web2() {
  local guest
  trap 'kill "$guest" 2>/dev/null; wait "$guest" 2>/dev/null; exit 0' TERM
  while true; do
    qemu web2 &
    guest=$!
    wait "$guest" || true
    sleep 4 &
    guest=$!
    wait "$guest" || true
  done
}

end() {
  trap - EXIT
  trap '' INT TERM # a second Ctrl-C must not leave anything behind
  kill "${children[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
  echo
  echo "All ended; nothing is left behind."
}

free_port() {
  local port
  for port in $(seq 8080 8180); do
    (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
  echo "No port from 8080 to 8180 is free. Choose another: PORT=9000 $0" >&2
  return 1
}

deploy/debian-packages.sh qemu-system-x86_64=qemu-system-x86 curl=curl
echo "Building the gateway (about a minute the first time) …"
dotnet build src/Gateway -c Release -v minimal --nologo -p:OpenApiGenerate=false
echo "Starting two guests and the gateway …"

work=$(mktemp -d "${TMPDIR:-/tmp}/qmp-gateway.XXXXXX")
children=()
trap end EXIT
trap 'exit 0' INT TERM
mkdir "$work/run"
boot_sector "$work/web1.img" "$idle_guest"
boot_sector "$work/web2.img" "$lively_guest"
keep_web2 >"$work/web2.log" 2>&1 &
children+=($!)
qemu web1 >"$work/web1.log" 2>&1 &
children+=($!)

port=${PORT:-$(free_port)}
url=http://127.0.0.1:$port
dotnet src/Gateway/bin/Release/net10.0/Gateway.dll --urls "$url" \
  --Gateway:DataDirectory="$work/data" --Gateway:DefaultVm=web1 \
  --Gateway:Vms:web1:Endpoint="unix:$work/run/web1.qmp" --Gateway:Vms:web2:Endpoint="unix:$work/run/web2.qmp" >"$work/gateway.log" 2>&1 &
gateway=$!
children+=("$gateway")
until curl -fs "$url/health/ready" >/dev/null; do
  kill -0 "$gateway" 2>/dev/null || { cat "$work/gateway.log" >&2; exit 1; }
  sleep 0.1
done

[ "$port" = 8080 ] || [ -n "${PORT:-}" ] || cat <<TEXT

Port 8080 is taken, so the gateway listens on $port. For the tour in README.md, set url=$url
TEXT
cat <<TEXT

The gateway runs at $url with two guests. Try:

  curl $url/vms                                          # both, in their last known state
  curl $url/vms/web1/status                              # read from QEMU now
  curl -X POST '$url/vms/web1/stop?wait=5'               # pause it, and return the event that confirms it
  curl -X POST '$url/cont?wait=5'                        # resume it: web1 is the default VM
  curl -X PUT $url/actions -H 'Content-Type: application/json' -d '{"panic":"pause"}'
  curl '$url/events?vm=web2&limit=5&order=desc'          # history, newest first
  curl -N -H 'Accept: text/event-stream' $url/events     # live: panics, resets, sleeps, wakes, powers off …
  curl '$url/vms/web2/status?until=suspended'            # wait for a state

  $url                                                   # the dashboard, in a browser (needs Node.js at the build)
  $url/swagger                                           # every route, to read and try in a browser

Log: $work/gateway.log. Ctrl-C ends all.
TEXT
wait "$gateway"
