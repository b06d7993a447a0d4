#!/usr/bin/env bash
# A Kubernetes API server on an etcd of its own. Debian has the sources of Kubernetes and no package
# of the server, so it is built: once, in about four minutes on two cores and 4 GiB of disk.
#
# There is no kubelet, scheduler or controller: a pod stays Pending until its status is patched.
# `admin` may do everything, by token or by certificate. `reader` has no rights until a test grants
# some. etcd starts empty; its address is for tests that compact it.
. "$(dirname "$0")/common.sh"

PORT=${KUBERNETES_PORT:-19743}
ETCD_PORT=$((PORT + 1))
ETCD_PEER_PORT=$((PORT + 2))
SERVER=https://127.0.0.1:$PORT
ETCD=http://127.0.0.1:$ETCD_PORT
TOKEN=open-for-tests
READER=read-for-tests
TREE=$STATE/go/src/k8s.io/kubernetes
DESCRIBED="api apimachinery apiserver apiextensions-apiserver kube-aggregator metrics
    kube-controller-manager component-base kubelet kube-proxy kube-scheduler cloud-provider client-go"
VERSION=1.20.2 # of the sources in Debian 12; what the server reports about itself

up() {
    packages etcd-server openssl curl
    [ -x "$STATE/kube-apiserver" ] || build
    make_certificates
    start_etcd
    start_server
    tell "REAL_KUBERNETES=$SERVER" "REAL_KUBERNETES_PKI=$STATE/pki" \
        "REAL_KUBERNETES_TOKEN=$TOKEN" "REAL_KUBERNETES_READER=$READER" "REAL_KUBERNETES_ETCD=$ETCD"
}

down() { stop server etcd; }

build() {
    packages golang-go patch
    [ -e "$TREE/.patched" ] || unpack
    say "building kube-apiserver; see $STATE/log/build"
    (
        export GOPATH=$STATE/go GO111MODULE=off CGO_ENABLED=0 GOFLAGS='' GOCACHE=$STATE/cache
        cd "$TREE"
        describe_api
        compile kube-apiserver ./cmd/kube-apiserver
    ) >>"$STATE/log/build" 2>&1 || die "kube-apiserver cannot be built; see $STATE/log/build"
    rm -rf "$STATE/cache" "$STATE/sources"
}

compile() { # NAME PACKAGE
    local staged=k8s.io/kubernetes/vendor/k8s.io package flags=""
    for package in component-base/version client-go/pkg/version; do
        flags+=" -X $staged/$package.gitVersion=v$VERSION -X $staged/$package.gitMajor=${VERSION%%.*}"
        flags+=" -X $staged/$package.gitMinor=$(cut -d . -f 2 <<<"$VERSION")"
    done
    nice go build -o "$STATE/$1.new" -ldflags "$flags" "$2" && mv "$STATE/$1.new" "$STATE/$1"
}

describe_api() { # the sources lack one generated file, the API's description of itself
    local directories
    # shellcheck disable=SC2046,SC2086 # lists of words
    compile openapi-gen ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
    directories=$(
        grep -rl --include='*.go' '+k8s:openapi-gen=' pkg $(printf "staging/src/k8s.io/%s " $DESCRIBED) |
            xargs -n1 dirname | sort -u | grep -v _examples |
            sed -e 's,^staging/src/,k8s.io/kubernetes/vendor/,' -e 's,^pkg,k8s.io/kubernetes/pkg,' |
            paste -sd ,
    )
    # It ends with an error for names that break its rules, after it has written the file.
    nice "$STATE/openapi-gen" -O zz_generated.openapi -p k8s.io/kubernetes/pkg/generated/openapi \
        -i "$directories" -h hack/boilerplate/boilerplate.generatego.txt -r "$STATE/log/names" || true
    [ -s "$STATE/go/src/k8s.io/kubernetes/pkg/generated/openapi/zz_generated.openapi.go" ]
}

unpack() { # Debian's sources with Debian's patches
    local sources=$STATE/sources patch
    rm -rf "$sources" "$TREE"
    mkdir -p "$sources"/{lists/partial,tree} "$(dirname "$TREE")"
    say "downloading the sources of Kubernetes"
    (cd "$sources" && download) >>"$STATE/log/apt" 2>&1 ||
        skip "apt-get cannot download the sources of kubernetes; see $STATE/log/apt."
    tar -xzf "$sources"/kubernetes_*.orig.tar.gz -C "$sources/tree" --strip-components=1
    tar -xJf "$sources"/kubernetes_*.debian.tar.xz -C "$sources/tree"
    while read -r patch; do
        patch -s -p1 -d "$sources/tree" <"$sources/tree/debian/patches/$patch"
    done <"$sources/tree/debian/patches/series"
    mv "$sources/tree" "$TREE"
    touch "$TREE/.patched"
}

download() { # from the archive that this machine's packages come from
    local archive suite options
    read -r archive suite < <(
        apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' |
            sed -n 's,^\(.*/debian/\) \([a-z]*\) main$,\1 \2,p' | sort -u
    )
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $archive $suite main" >list
    options="-o Dir::Etc::sourcelist=$PWD/list -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists=$PWD/lists"
    # shellcheck disable=SC2086 # a list of words
    apt-get $options update && apt-get $options source --download-only kubernetes
}

make_certificates() { # an authority, and what it signs: a server, an administrator's client
    local pki=$STATE/pki
    [ ! -e "$pki/done" ] || return 0
    mkdir -p "$pki"
    sign_self "$pki/ca" "/CN=Authority of tests"
    sign_self "$pki/stranger" "/CN=Another authority"
    sign "$pki/server" "/CN=kube-apiserver" "subjectAltName=IP:127.0.0.1"
    sign "$pki/client" "/O=system:masters/CN=gateway" "extendedKeyUsage=clientAuth"
    openssl genrsa -out "$pki/accounts.key" 2048 2>>"$STATE/log/pki"
    touch "$pki/done"
}

start_etcd() { # it starts empty: a test leaves nothing that another run would find
    if ! pid_of etcd >/dev/null; then
        free_port "$ETCD_PORT" KUBERNETES_PORT
        free_port "$ETCD_PEER_PORT" KUBERNETES_PORT
        rm -rf "$STATE/etcd"
    fi
    start etcd etcd --data-dir "$STATE/etcd" --unsafe-no-fsync \
        --listen-client-urls "$ETCD" --advertise-client-urls "$ETCD" \
        --listen-peer-urls "http://127.0.0.1:$ETCD_PEER_PORT" \
        --initial-advertise-peer-urls "http://127.0.0.1:$ETCD_PEER_PORT" \
        --initial-cluster "default=http://127.0.0.1:$ETCD_PEER_PORT"
    await 30 curl -fs "$ETCD/health"
}

start_server() {
    local pki=$STATE/pki
    pid_of server >/dev/null || free_port "$PORT" KUBERNETES_PORT
    printf '%s,admin,1,"system:masters"\n%s,reader,2\n' "$TOKEN" "$READER" >"$STATE/tokens"
    start server "$STATE/kube-apiserver" --etcd-servers "$ETCD" \
        --bind-address 127.0.0.1 --advertise-address 127.0.0.1 --secure-port "$PORT" \
        --tls-cert-file "$pki/server.pem" --tls-private-key-file "$pki/server.key" \
        --client-ca-file "$pki/ca.pem" --token-auth-file "$STATE/tokens" \
        --authorization-mode RBAC --cert-dir "$STATE/run" \
        --service-account-issuer "$SERVER" --service-account-key-file "$pki/accounts.key" \
        --service-account-signing-key-file "$pki/accounts.key" \
        --service-cluster-ip-range 10.96.0.0/16 \
        --disable-admission-plugins ServiceAccount # there is no controller that makes any
    await 90 is_ready
}

is_ready() { # the authority proves that it is this server
    [ "$(curl -fs --cacert "$STATE/pki/ca.pem" -H "Authorization: Bearer $TOKEN" "$SERVER/readyz")" = ok ]
}

main "$@"
