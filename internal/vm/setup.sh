#!/usr/bin/env bash
# Makes what the guest boots from, in the folder $1: a stock Debian kernel and a small
# initramfs of busybox, kernel modules and init. Installs what is missing, by apt.
#
# The guest has no disk image: its root is this machine's, read only, under an overlay
# in memory. So the programs that rows of the matrix run are installed here.
set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin # depmod and modprobe, for users
here=$(cd "$(dirname "$0")" && pwd)
cache=${1:?which folder}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
exec 9>"$cache/lock"
flock 9 # one at a time: several tests may want it

packages=(
	qemu-system-x86 busybox-static kmod cpio xz-utils open-iscsi udev util-linux
	dbus-daemon dbus-system-bus-common systemd polkitd udisks2
	wodim cdrskin cdrdao icedax cdparanoia cd-paranoia libcdio-utils sg3-utils flac
)
missing=()
for p in "${packages[@]}"; do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
done
sudo=""
[ "$(id -u)" = 0 ] || sudo=sudo
updated=""
update() {
	[ -n "$updated" ] || $sudo apt-get update -q >&2
	updated=yes
}
if [ ${#missing[@]} -gt 0 ]; then
	update
	# shellcheck disable=SC2086 # $sudo may be no word at all
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" >&2
fi

# The kernel package is unpacked, never installed: this machine doesn't boot from it.
if [ ! -e "$cache/vmlinux" ]; then
	tmp=$(mktemp -d -p "$cache")
	trap 'rm -rf "$tmp"' EXIT
	apt-cache show linux-image-amd64 >/dev/null 2>&1 || update
	pkg=$(apt-cache depends linux-image-amd64 | awk '/Depends:/{print $2; exit}')
	(cd "$tmp" && { apt-get download -q "$pkg" || { update && apt-get download -q "$pkg"; }; } >&2 &&
		dpkg -x linux-image-*.deb . && rm -f linux-image-*.deb)
	version=$(ls "$tmp/lib/modules")
	depmod -b "$tmp" "$version"
	# The payload of a bzImage is an ELF file packed with xz. Unpacked here it boots
	# through its PVH entry, and the guest needn't unpack it under emulation: 3 s less.
	# Where it lies: Documentation/x86/boot.rst, setup_sects, payload_offset and payload_length.
	image=$tmp/boot/vmlinuz-$version
	word() { od -An -tu4 -j"$1" -N4 "$image" | tr -d ' '; }
	sects=$(od -An -tu1 -j$((0x1f1)) -N1 "$image" | tr -d ' ')
	start=$(((sects + 1) * 512 + $(word $((0x248)))))
	tail -c +$((start + 1)) "$image" >"$tmp/payload"
	truncate -s "$(word $((0x24c)))" "$tmp/payload"
	# The four bytes behind the xz stream are the length of what is in it, no stream.
	xz -dc --single-stream <"$tmp/payload" >"$cache/vmlinux.new"
	rm -rf "$cache/modules"
	mv "$tmp/lib/modules/$version" "$cache/modules"
	echo "$version" >"$cache/version"
	mv "$cache/vmlinux.new" "$cache/vmlinux"
fi

# The initramfs is cheap, and made anew whenever init or this script are newer.
if [ ! -e "$cache/initramfs" ] || [ "$here/init" -nt "$cache/initramfs" ] || [ "$0" -nt "$cache/initramfs" ]; then
	version=$(cat "$cache/version")
	root=$(mktemp -d -p "$cache")
	trap 'rm -rf "${tmp:-}" "$root"' EXIT
	mkdir -p "$root/bin" "$root/modules" "$root/lib/modules"
	ln -s "$cache/modules" "$root/lib/modules/$version"
	cp /bin/busybox "$root/bin/busybox"
	# sd_mod is left out: it brings checksums that test themselves for a second.
	for m in virtio_pci virtio_console 9pnet_virtio 9p overlay sr_mod sg isofs virtio_net crc32c_generic iscsi_tcp; do
		modprobe -d "$root" -S "$version" --show-depends "$m"
	done | awk '$1 == "insmod" && !seen[$2]++ {print $2}' >"$root/files"
	while read -r f; do
		cp "$f" "$root/modules/"
		echo "${f##*/}" >>"$root/modules/list"
	done <"$root/files"
	rm "$root/files" "$root/lib/modules/$version"
	cp "$here/init" "$root/init"
	chmod +x "$root/init"
	(cd "$root" && find . | cpio -o -H newc --quiet) >"$cache/initramfs.new"
	mv "$cache/initramfs.new" "$cache/initramfs"
	rm -rf "$root"
fi
