# shellcheck shell=bash
# Functions that the scripts of real clouds share; README.md has the rules. Source it, define `up`
# and `down`, and end with `main "$@"`.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CLOUD=$(basename "$0" .sh)
STATE=${STATE:-${CLOUDS_STATE:-$HERE/../../../var/clouds}/$CLOUD}
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL=C.UTF-8

CANNOT_BE_HAD=77 # as automake's tests say that they were skipped

say() { echo "$CLOUD: $*" >&2; }

die() {
    say "$*"
    exit 1
}

skip() { # the reason, one sentence: this machine cannot have the cloud
    echo "$*"
    exit "$CANNOT_BE_HAD"
}

tell() { # NAME=value: what the tests get as an environment variable
    printf '%s\n' "$@"
}

packages() { # Debian's packages: installed for root, else named
    local missing
    missing=$(lacking "$@")
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null || skip "It needs the Debian packages $missing."
    [ "$(id -u)" = 0 ] || skip "First install: sudo apt-get install $missing"
    say "installing $missing"
    keep_services_still
    # shellcheck disable=SC2086 # a list of words
    apt_get update && apt_get install --no-install-recommends $missing ||
        skip "apt-get cannot install $missing; see $STATE/log/apt."
}

lacking() { # those of the packages that are not installed, on one line
    local name
    for name; do
        dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed || echo "$name"
    done | paste -sd ' '
}

apt_get() {
    DEBIAN_FRONTEND=noninteractive apt-get -qy -o DPkg::Lock::Timeout=600 \
        -o Dpkg::Options::=--force-confold "$@" >>"$STATE/log/apt" 2>&1
}

keep_services_still() { # a package that starts its service where no init runs would fail to install
    [ -d /run/systemd/system ] || [ -e /usr/sbin/policy-rc.d ] && return
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
}

free_port() { # PORT VARIABLE: else another one's server would be taken for ours
    ! (: >"/dev/tcp/127.0.0.1/$1") 2>/dev/null ||
        skip "Port $1 is taken by something else; $2 names another one."
}

pid_of() { # of a server that runs; fails when it does not
    local pid
    pid=$(cat "$STATE/run/$1.pid" 2>/dev/null) && [ -n "$pid" ] && is_ours "$pid" && echo "$pid"
}

is_ours() { # a process id outlives its process: after a reboot it may be somebody else's
    { tr '\0' '\n' <"/proc/$1/environ"; } 2>/dev/null | grep -qxF "CLOUD_STATE=$STATE"
}

start() { # NAME COMMAND…: in the background, in a session of its own, unless it runs
    local name=$1
    shift
    pid_of "$name" >/dev/null && return
    CLOUD_STATE=$STATE setsid "$@" >>"$STATE/log/$name" 2>&1 </dev/null &
    echo $! >"$STATE/run/$name.pid"
    # The process counts as ours only after the shell's copy has become the command.
    try 20 pid_of "$name" || say "$name ended at once; see $STATE/log/$name"
}

stop() { # NAME…: one after the other, with all that each has started in its session
    local name pid
    for name; do
        if pid=$(pid_of "$name"); then
            kill -TERM "$pid" 2>/dev/null || true
            try 80 is_gone "$pid" || say "$name does not end; it is killed."
            kill -KILL -- "-$pid" 2>/dev/null || true
        fi
        rm -f "$STATE/run/$name.pid"
    done
}

is_gone() { ! kill -0 "$1" 2>/dev/null; }

await() { # SECONDS COMMAND…: until it succeeds
    local seconds=$1
    shift
    try $((seconds * 4)) "$@" || die "not within $seconds seconds: $*; see $STATE/log"
}

try() { # TIMES COMMAND…: four times a second
    local left=$1
    shift
    until "$@" >/dev/null 2>&1; do
        [ $((left -= 1)) -gt 0 ] || return 1
        sleep 0.25
    done
}

KEY="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"

sign_self() { # FILE SUBJECT: a certificate authority, FILE.pem and FILE.key
    # shellcheck disable=SC2086 # a list of words
    openssl req -x509 $KEY -days 3650 -subj "$2" -keyout "$1.key" -out "$1.pem" \
        2>>"$STATE/log/pki"
}

sign() { # FILE SUBJECT EXTENSION: a certificate of the authority $STATE/pki/ca
    # shellcheck disable=SC2086
    openssl req $KEY -subj "$2" -addext "$3" -keyout "$1.key" -out "$1.csr" 2>>"$STATE/log/pki"
    openssl x509 -req -in "$1.csr" -days 3650 -copy_extensions copy -out "$1.pem" \
        -CA "$STATE/pki/ca.pem" -CAkey "$STATE/pki/ca.key" 2>>"$STATE/log/pki"
}

main() {
    mkdir -p "$STATE"/{run,log}
    STATE=$(cd "$STATE" && pwd)
    case "${1:-}" in
    up) up ;;
    down) down ;;
    *) die "usage: $0 up | down" ;;
    esac
}
