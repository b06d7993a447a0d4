#!/usr/bin/env bash
# A Docker engine, started by hand in directories of its own: no bridge, no packet filter, layers as
# plain copies, so that it runs inside of a container too. Root is needed, as for any engine.
. "$(dirname "$0")/common.sh"

PORT=${DOCKER_PORT:-19375}
URL=http://127.0.0.1:$PORT
COMMANDS="sh sleep ls cat echo true" # of busybox, as far as containers of the tests call them

up() {
    [ "$(id -u)" = 0 ] || skip "It needs root: sudo make test-clouds CLOUDS=docker"
    packages docker.io busybox-static iptables curl
    start dockerd dockerd --data-root "$STATE/data" --exec-root "$STATE/exec" \
        --pidfile "$STATE/run/dockerd.own" --host "unix://$STATE/docker.sock" \
        --host "tcp://127.0.0.1:$PORT" --tls=false --storage-driver vfs --bridge none \
        --iptables=false --ip6tables=false --ip-forward=false
    await 30 curl -fs "$URL/_ping"
    curl -fs "$URL/images/busybox:latest/json" >/dev/null || make_image
    tell "REAL_DOCKER=tcp://127.0.0.1:$PORT"
}

down() {
    local container
    if pid_of dockerd >/dev/null; then
        for container in $(curl -fs "$URL/containers/json?all=true" | grep -o '"Id":"[0-9a-f]*"' |
            cut -d '"' -f 4); do
            curl -fs -X DELETE "$URL/containers/$container?force=true" || true
        done
    fi
    stop dockerd
}

make_image() { # "busybox", of Debian's static one: no registry has to be reached
    local root name
    root=$(mktemp -d "$STATE/image.XXXXXX")
    mkdir "$root/bin" "$root/tmp"
    cp /bin/busybox "$root/bin"
    for name in $COMMANDS; do ln -s busybox "$root/bin/$name"; done
    tar -C "$root" -c . | curl -fs -X POST -H 'Content-Type: application/x-tar' --data-binary @- \
        "$URL/images/create?fromSrc=-&repo=busybox&tag=latest&changes=CMD%20%5B%22sleep%22%2C%223600%22%5D" \
        >/dev/null || die "the image cannot be made"
    rm -rf "$root"
}

main "$@"
