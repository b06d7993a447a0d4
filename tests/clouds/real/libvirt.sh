#!/usr/bin/env bash
# A libvirt with QEMU, without hardware acceleration: libvirtd, started by hand in a world of its own.
#
# Root's libvirtd has fixed directories. Here they are mounted from $STATE, for its eyes alone, so that
# a libvirt that this machine has already is not met. Everybody else's daemon (qemu:///session) keeps
# to XDG's directories.
. "$(dirname "$0")/common.sh"
. "$HERE/libvirt/images.sh"

PORT=${LIBVIRT_PORT:-19165}
IS_ROOT=$([ "$(id -u)" != 0 ] || echo yes)
URI=qemu+tcp://127.0.0.1:$PORT/$([ -n "$IS_ROOT" ] && echo system || echo session)
DIRECTORIES="etc run var/lib var/cache var/log"

up() {
    packages libvirt-daemon libvirt-daemon-driver-qemu libvirt-clients qemu-system-x86 qemu-utils \
        busybox-static cpio mtools syslinux
    mkdir -p "$STATE"/{pool,home,runtime,config}
    configure
    make_images "$STATE/pool"
    start virtlogd "${APART[@]}" virtlogd
    start libvirtd "${APART[@]}" libvirtd --listen --config "$STATE/libvirtd.conf"
    await 30 on version
    define_pool >&2
    tell "REAL_LIBVIRT=$URI"
}

down() {
    local domain
    if pid_of libvirtd >/dev/null; then
        for domain in $(on list --name); do on destroy "$domain" >&2; done
    fi
    stop libvirtd virtlogd
}

on() { timeout 60 virsh --quiet --connect "$URI" "$@"; }

define_pool() {
    local pool="<pool type='dir'><name>default</name><target><path>$STATE/pool</path></target></pool>"
    on pool-info default 2>/dev/null || on pool-define /dev/stdin <<<"$pool"
    on pool-refresh default 2>/dev/null || on pool-start default
}

configure() {
    local etc=$STATE/config/libvirt
    if [ -n "$IS_ROOT" ]; then
        etc=$STATE/root/etc
        for one in $DIRECTORIES; do mkdir -p "$STATE/root/$one" "/$one/libvirt"; done
        # libvirtd looks up a user and a group of Debian's, whomever its guests run as.
        { cat /etc/passwd && echo libvirt-qemu:x:64055:64055::/:/bin/false; } >"$STATE/root/passwd"
        { cat /etc/group && echo libvirt-qemu:x:64055: && echo kvm:x:64056:; } >"$STATE/root/group"
    fi
    mkdir -p "$etc"
    cat >"$STATE/libvirtd.conf" <<X
listen_tls = 0
listen_tcp = 1
listen_addr = "127.0.0.1"
tcp_port = "$PORT"
auth_tcp = "none"
auth_unix_rw = "none"
X
    # Without the users, labels and control groups that a distribution's package sets up.
    cat >"$etc/qemu.conf" <<X
user = "$(id -un)"
group = "$(id -gn)"
security_driver = "none"
remember_owner = 0
namespaces = []
cgroup_controllers = []
X
}

# The words before a command that make it see libvirt's directories in $STATE.
if [ -n "$IS_ROOT" ]; then
    # shellcheck disable=SC2016 # the inner shell's variables
    APART=(unshare --mount sh -c '
        for one in '"$DIRECTORIES"'; do mount --bind "$0/$one" "/$one/libvirt" || exit; done
        # A machine that is virtual itself often shows a KVM that does not work. QEMU goes without.
        [ ! -e /dev/kvm ] || mount --bind /dev/null /dev/kvm || exit
        for one in passwd group; do mount --bind "$0/$one" "/etc/$one" || exit; done
        exec "$@"' "$STATE/root")
else
    APART=(env "HOME=$STATE/home" "XDG_RUNTIME_DIR=$STATE/runtime" "XDG_CONFIG_HOME=$STATE/config")
fi

main "$@"
