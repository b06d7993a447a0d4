#!/usr/bin/env bash
# A libvirt with QEMU, without hardware acceleration: libvirtd, started by hand in a world of its own.
#
# Root's libvirtd has fixed directories. Here they are mounted from $STATE, for its eyes alone, so that
# a libvirt that this machine has already is not met. Everybody else's daemon (qemu:///session) keeps
# to XDG's directories.
. "$(dirname "$0")/common.sh"
. "$HERE/libvirt/images.sh"

PORT=${LIBVIRT_PORT:-19165}
TLS_PORT=$((PORT + 1))
IS_ROOT=$([ "$(id -u)" != 0 ] || echo yes)
URI=qemu+tcp://127.0.0.1:$PORT/$([ -n "$IS_ROOT" ] && echo system || echo session)
DIRECTORIES="etc run var/lib var/cache var/log"

up() {
    packages libvirt-daemon libvirt-daemon-driver-qemu libvirt-clients qemu-system-x86 qemu-utils \
        busybox-static cpio mtools syslinux openssl sasl2-bin libsasl2-modules
    pid_of libvirtd >/dev/null || free_port "$PORT" LIBVIRT_PORT
    mkdir -p "$STATE"/{pool,home,runtime,config,pki}
    configure
    make_certificates
    make_user
    make_images "$STATE/pool"
    start virtlogd "${APART[@]}" virtlogd --pid-file "$STATE/run/virtlogd.own"
    start libvirtd "${APART[@]}" libvirtd --listen --config "$STATE/libvirtd.conf" \
        --pid-file "$STATE/run/libvirtd.own"
    await 30 on version
    define_pool >&2
    tell "REAL_LIBVIRT=$URI" "REAL_LIBVIRT_TLS=qemu+tls://127.0.0.1:$TLS_PORT/${URI##*/}" \
        "REAL_LIBVIRT_PKI=$STATE/pki"
}

down() {
    stop libvirtd virtlogd
    local file pid
    for file in "$STATE"/root/run/qemu/*.pid "$STATE"/runtime/libvirt/qemu/run/*.pid; do
        pid=$(cat "$file" 2>/dev/null) || continue
        ! is_guest "$pid" || kill -KILL "$pid" # whatever it was in the middle of is of no use
    done
}

is_guest() { # a guest outlives the daemon that started it, and has nothing of its environment
    grep -qF "$STATE/pool/" "/proc/$1/cmdline" 2>/dev/null
}

on() { timeout 60 virsh --quiet --connect "$URI" "$@"; }

make_certificates() { # an authority, and what it signs: a server, a client; and a stranger's client
    local pki=$STATE/pki
    [ ! -e "$pki/done" ] || return 0
    sign_self "$pki/ca" "/CN=Authority of tests"
    sign_self "$pki/stranger" "/CN=Nobody"
    sign "$pki/server" "/CN=127.0.0.1" "subjectAltName=IP:127.0.0.1"
    sign "$pki/client" "/CN=gateway" "extendedKeyUsage=clientAuth"
    touch "$pki/done"
}

make_user() { # who may sign in over TLS; the password is no secret, it opens nothing but this
    saslpasswd2 -p -c -a libvirt -f "$STATE/config/users" gateway <<<"open-for-tests"
}

define_pool() {
    local pool="<pool type='dir'><name>default</name><target><path>$STATE/pool</path></target></pool>"
    on pool-info default >/dev/null 2>&1 || on pool-define /dev/stdin <<<"$pool"
    on pool-refresh default 2>/dev/null || on pool-start default
}

configure() {
    local etc=$STATE/config/libvirt
    if [ -n "$IS_ROOT" ]; then
        etc=$STATE/root/etc
        for one in $DIRECTORIES; do mkdir -p "$STATE/root/$one" "/$one/libvirt"; done
        : >"$STATE/root/no-kvm"
        # libvirtd looks up Debian's user and group, whatever user its guests run as.
        { cat /etc/passwd && echo libvirt-qemu:x:64055:64055::/:/bin/false; } >"$STATE/root/passwd"
        { cat /etc/group && echo libvirt-qemu:x:64055: && echo kvm:x:64056:; } >"$STATE/root/group"
    fi
    mkdir -p "$etc"
    cat >"$STATE/libvirtd.conf" <<X
listen_tcp = 1
listen_tls = 1
listen_addr = "127.0.0.1"
tcp_port = "$PORT"
tls_port = "$TLS_PORT"
auth_tcp = "none"
auth_tls = "sasl"
auth_unix_rw = "none"
ca_file = "$STATE/pki/ca.pem"
cert_file = "$STATE/pki/server.pem"
key_file = "$STATE/pki/server.key"
X
    cat >"$STATE/config/libvirt.conf" <<X
mech_list: scram-sha-256 plain
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: $STATE/config/users
X
    # The file leaves out the users, labels and control groups that a distribution sets up.
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
    APART=(env "SASL_CONF_PATH=$STATE/config" unshare --mount sh -c '
        for one in '"$DIRECTORIES"'; do mount --bind "$0/$one" "/$one/libvirt" || exit; done
        # A virtual machine often has a /dev/kvm that does not work. libvirt uses no KVM if
        # it cannot write to the file, as on a read-only mount.
        [ ! -e /dev/kvm ] || {
            mount --bind "$0/no-kvm" /dev/kvm && mount -o remount,bind,ro /dev/kvm
        } || exit
        for one in passwd group; do mount --bind "$0/$one" "/etc/$one" || exit; done
        exec "$@"' "$STATE/root")
else
    APART=(env "SASL_CONF_PATH=$STATE/config" "HOME=$STATE/home" "XDG_RUNTIME_DIR=$STATE/runtime" "XDG_CONFIG_HOME=$STATE/config")
fi

main "$@"
