#!/usr/bin/env bash
# Makes a Wine prefix in the folder $1, whose D: is an optical drive, for a guest in
# which D: is /dev/sr0. Installs wine64 if it isn't there, by apt. Debian's wine64 has
# no 32-bit side.
set -euo pipefail
prefix=${1:?which folder}
mkdir -p "$prefix"
prefix=$(cd "$prefix" && pwd)

installed() { dpkg-query -W -f '${Version}' wine64 2>/dev/null; }
if [ ! -x /usr/lib/wine/wine64 ]; then
	sudo=""
	[ "$(id -u)" = 0 ] || sudo=sudo
	# unsafe-io: nobody needs these 690 MB after a power failure.
	install=(apt-get install -q -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io wine64)
	$sudo env DEBIAN_FRONTEND=noninteractive "${install[@]}" >&2 ||
		{ $sudo apt-get update -q >&2 && $sudo env DEBIAN_FRONTEND=noninteractive "${install[@]}" >&2; }
fi
stamp="$(installed) $(cksum <"$0")"
if [ -e "$prefix/stamp" ] && [ "$(cat "$prefix/stamp")" = "$stamp" ]; then
	exit
fi

rm -rf "$prefix"
export WINEPREFIX=$prefix WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml=" DISPLAY=
/usr/lib/wine/wine64 wineboot -i >"$prefix.log" 2>&1 || { cat "$prefix.log" && exit 1; }
/usr/lib/wine/wineserver64 -w
# Debian's Wine writes down here where in /tmp its server was.
server=/tmp/$(cat "$prefix/wineserver" 2>/dev/null || true)
rm -f "$prefix/wineserver"
case $server in /tmp/wine-??????) rm -rf "$server" ;; esac
# The null driver makes windows without a screen. What is a drive is found in the
# registry, where Wine keeps text files.
cat >>"$prefix/user.reg" <<'REG'

[Software\\Wine\\Drivers]
"Graphics"="null"
REG
cat >>"$prefix/system.reg" <<'REG'

[Software\\Wine\\Drives]
"d:"="cdrom"
REG
mkdir -p "$prefix/empty"
ln -sfn ../empty "$prefix/dosdevices/d:"
ln -sfn /dev/sr0 "$prefix/dosdevices/d::"
echo "$stamp" >"$prefix/stamp"
