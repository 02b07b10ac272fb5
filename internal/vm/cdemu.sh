#!/usr/bin/env bash
# Builds CDEmu (libmirage, its daemon, its kernel module vhba) for the guest, in the folder
# $1/cdemu, where setup.sh has been. Debian has no package of it. The source is the folder
# REDBOOK_CDEMU, or else what git fetches. Installs by apt what it takes to build it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=$(cd "${1:?which folder}" && pwd)
commit=5be655de27b8dce555ea686bd7813a077d3c0149 # 2026-08-17, daemon 3.3.1
out=$cache/cdemu
version=$(cat "$cache/version")
exec 9>"$cache/lock"
flock 9

stamp="$commit $version $(cksum <"$0")"
if [ -e "$out/stamp" ] && [ "$(cat "$out/stamp")" = "$stamp" ]; then
	exit
fi
packages=(
	gcc make cmake pkg-config gettext intltool dbus-daemon "linux-headers-$version"
	libglib2.0-dev libsndfile1-dev libsamplerate0-dev libao-dev libbz2-dev liblzma-dev zlib1g-dev
)
missing=()
for p in "${packages[@]}"; do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
done
if [ ${#missing[@]} -gt 0 ]; then
	sudo=""
	[ "$(id -u)" = 0 ] || sudo=sudo
	install=(apt-get install -q -y --no-install-recommends "${missing[@]}")
	$sudo env DEBIAN_FRONTEND=noninteractive "${install[@]}" >&2 ||
		{ $sudo apt-get update -q >&2 && $sudo env DEBIAN_FRONTEND=noninteractive "${install[@]}" >&2; }
fi

rm -rf "$out"
mkdir "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
source=${REDBOOK_CDEMU:-}
if [ -z "$source" ]; then
	source=$work/source
	git init -q "$source"
	git -C "$source" fetch -q --depth 1 https://github.com/cdemu/cdemu "$commit" >&2
	git -C "$source" checkout -q FETCH_HEAD
fi

# libmirage 3.3.2 calls a function of GLib 2.76, which Debian 12 has under another name.
echo '#define g_string_free_and_steal(s) g_string_free((s), FALSE)' >"$work/glib.h"
pkg-config --atleast-version=2.76 glib-2.0 || export CFLAGS="-include $work/glib.h"
common=(-DCMAKE_BUILD_TYPE=Release "-DCMAKE_INSTALL_PREFIX=$out" -DCMAKE_INSTALL_LIBDIR=lib "-DCMAKE_INSTALL_RPATH=$out/lib")
cmake -S "$source/libmirage" -B "$work/libmirage" "${common[@]}" -DGTKDOC_ENABLED=OFF -DINTROSPECTION_ENABLED=OFF \
	-DVAPI_ENABLED=OFF -DPOST_INSTALL_HOOKS=OFF -DLIBGCRYPT_ENABLED=OFF >&2
make -C "$work/libmirage" -j"$(nproc)" install >&2
PKG_CONFIG_PATH=$out/lib/pkgconfig cmake -S "$source/cdemu-daemon" -B "$work/daemon" "${common[@]}" -DENABLE_LOGIND_SLEEP_HANDLER=OFF >&2
make -C "$work/daemon" -j"$(nproc)" install >&2
cp -r "$source/vhba-module" "$work/vhba"
unset CFLAGS
make -C "/lib/modules/$version/build" "M=$work/vhba" modules >&2
cp "$work/vhba/vhba.ko" "$out/"
gcc -shared -fPIC -o "$out/vhba.so" "$here/testdata/vhba.c" -ldl
chmod -R a+rX "$out"
echo "$stamp" >"$out/stamp"
