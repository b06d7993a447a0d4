# shellcheck shell=bash
# Two disks to make machines from: one with a Linux that obeys ACPI, and one with nothing on it,
# whose machine stays in its firmware and ignores a shutdown, as a hung guest does.

make_images() { # DIRECTORY: tiny-linux.qcow2 and nothing.qcow2, unless these are there and up to date
    [ "$1/nothing.qcow2" -nt "$HERE/libvirt/init" ] && return
    say "making the guests' images"
    local work
    work=$(mktemp -d "$STATE/images.XXXXXX")
    make_linux "$work"
    qemu-img convert -f raw -O qcow2 "$work/disk" "$1/tiny-linux.qcow2"
    qemu-img create -q -f qcow2 "$1/nothing.qcow2" 32M
    rm -rf "$work"
}

make_linux() { # DIRECTORY: a file `disk` there, with a boot loader, Debian's kernel and `init`
    local kernel
    kernel=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image-/ { print $2 }')
    (cd "$1" && apt-get download -qq "$kernel" 2>>"$STATE/log/apt" && dpkg -x ./*.deb kernel) ||
        skip "Debian's package linux-image-cloud-amd64 cannot be downloaded."
    make_initramfs "$1"
    truncate -s 32M "$1/disk"
    mformat -i "$1/disk" -t 64 -h 32 -s 32 :: # 32 MiB
    printf 'default linux\nlabel linux\nkernel vmlinuz\ninitrd initrd\nappend console=ttyS0 quiet\n' \
        >"$1/syslinux.cfg"
    mcopy -i "$1/disk" "$1/syslinux.cfg" "$1/initrd" ::
    mcopy -i "$1/disk" "$1"/kernel/boot/vmlinuz-* ::vmlinuz
    syslinux --install "$1/disk"
}

make_initramfs() { # DIRECTORY: a file `initrd` there
    local root=$1/root
    mkdir -p "$root"/{bin,dev,proc,sys,etc,lib/modules}
    cp /bin/busybox "$root/bin/"
    ln -s busybox "$root/bin/sh"
    install -m 755 "$HERE/libvirt/init" "$root/init"
    find "$1/kernel/lib/modules" \( -name button.ko -o -name evdev.ko \) \
        -exec cp {} "$root/lib/modules/" \;
    (cd "$root" && find . | cpio --quiet -oH newc | gzip >"$1/initrd")
}
