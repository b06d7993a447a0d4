#!/usr/bin/env bash
# An OpenStack of Debian's packages: keystone, placement, glance, neutron and nova with nova's own fake
# hypervisor, on a MariaDB and a RabbitMQ; all by hand, without systemd and without a package's
# services. Everything is real but the guests: nova boots, stops, resizes and loses them as ever.
#
# Three minutes more the first time, for the packages; a minute and a half from nothing, half a minute
# with databases that are there already. About 2 GiB of memory.
#
# clouds.yaml has `demo` and `alt`, two projects that share nothing, `reader`, who has no other role in
# the first one (and whom nova 26 lets act all the same), and `admin`.
. "$(dirname "$0")/common.sh"
. "$HERE/openstack/configuration.sh"

# Libraries and entry points alone: a service's own package asks questions when it is installed.
PACKAGES="python3-keystone python3-placement python3-glance python3-neutron python3-nova
    python3-openstacksdk python3-pymysql mariadb-server rabbitmq-server uwsgi-core
    uwsgi-plugin-python3"
# Those packages need files of these other packages. Only the files are taken out of them.
WITH_FILES="glance-common neutron-common nova-common"
SERVICES="nova-compute nova-scheduler nova-conductor nova-api neutron glance placement keystone"

up() {
    # shellcheck disable=SC2086 # a list of words
    packages $PACKAGES
    unpack
    configure
    start_database
    start_broker
    start_keystone
    seed identity
    start_placement
    start_glance
    start_neutron
    start_nova
    seed offer
    # nova's scheduler knows a hypervisor when it is in a cell.
    await 60 in_a_cell
    list_clouds >"$STATE/clouds.yaml"
    tell "REAL_OPENSTACK=$STATE/clouds.yaml"
}

down() {
    # shellcheck disable=SC2086 # a list of words
    stop $SERVICES rabbit mariadb
    # RabbitMQ's port mapper outlives it; this one is on a port of its own.
    epmd -port "$EPMD_PORT" -kill >/dev/null 2>&1 || true
}

unpack() {
    [ ! -e "$STATE/files/.done" ] || return 0
    say "unpacking $WITH_FILES"
    mkdir -p "$STATE/files"
    (
        cd "$STATE/files"
        # shellcheck disable=SC2086 # a list of words
        apt-get download -q $WITH_FILES >>"$STATE/log/apt" 2>&1
        for package in *.deb; do dpkg-deb -x "$package" .; done
        rm -f -- *.deb
        touch .done
    ) || skip "apt-get cannot download $WITH_FILES; see $STATE/log/apt."
}

start_database() {
    if [ ! -d "$STATE/mariadb/mysql" ]; then
        mariadb-install-db --no-defaults --datadir="$STATE/mariadb" --skip-test-db \
            --user="$(id -un)" --auth-root-authentication-method=normal >>"$STATE/log/mariadb" 2>&1
    fi
    # The database is worth nothing after a crash, so it need not be safe on the disk.
    start mariadb mariadbd --no-defaults --user="$(id -un)" --datadir="$STATE/mariadb" \
        --socket="$STATE/run/mariadb.sock" --bind-address=127.0.0.1 --port="$DATABASE_PORT" \
        --skip-name-resolve --max-connections=500 --character-set-server=utf8mb3 \
        --innodb-flush-log-at-trx-commit=0 --skip-log-bin --performance-schema=OFF
    await 60 sql "SELECT 1"
    for name in keystone placement glance neutron nova_api nova nova_cell0; do
        sql "CREATE DATABASE IF NOT EXISTS $name CHARACTER SET utf8mb3"
    done
    sql "GRANT ALL ON *.* TO '$DATABASE_USER'@'127.0.0.1' IDENTIFIED BY '$DATABASE_USER'"
}

sql() {
    mariadb --no-defaults --socket="$STATE/run/mariadb.sock" --user=root -N -e "$1"
}

start_broker() {
    start rabbit env HOME="$STATE/rabbit" RABBITMQ_NODENAME=openstack@localhost \
        RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT="$BROKER_PORT" \
        RABBITMQ_DIST_PORT="$ERLANG_PORT" ERL_EPMD_PORT="$EPMD_PORT" ERL_EPMD_ADDRESS=127.0.0.1 \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}" \
        RABBITMQ_MNESIA_BASE="$STATE/rabbit/mnesia" RABBITMQ_LOG_BASE="$STATE/log" \
        RABBITMQ_ENABLED_PLUGINS_FILE="$STATE/rabbit/plugins" RABBITMQ_CONF_ENV_FILE=/dev/null \
        RABBITMQ_CONFIG_FILE="$STATE/rabbit/rabbitmq" /usr/lib/rabbitmq/bin/rabbitmq-server
    await 60 listens "$BROKER_PORT"
}

start_keystone() {
    once keystone "making keystone's database" make_keystone
    start keystone env OS_KEYSTONE_CONFIG_FILES="$STATE/etc/keystone.conf" \
        "${UWSGI[@]}" --http-socket "127.0.0.1:$KEYSTONE_PORT" --processes 2 \
        --wsgi-file /usr/bin/keystone-wsgi-public
    await 60 listens "$KEYSTONE_PORT"
}

make_keystone() { # joined by &&, as what `once` runs has to be: bash's -e is off there
    mkdir -p "$STATE"/keystone/{fernet,credential} &&
        chmod 700 "$STATE"/keystone/{fernet,credential} &&
        keystone_manage db_sync &&
        keystone_manage fernet_setup "${AS_ME[@]}" &&
        keystone_manage credential_setup "${AS_ME[@]}" &&
        keystone_manage bootstrap \
            --bootstrap-password "$PASSWORD" --bootstrap-region-id "$REGION" \
            --bootstrap-public-url "$KEYSTONE/v3/" --bootstrap-internal-url "$KEYSTONE/v3/"
}

keystone_manage() { keystone-manage --config-file "$STATE/etc/keystone.conf" "$@"; }

start_placement() {
    once placement "making placement's database" \
        run placement.cmd.manage --config-file "$STATE/etc/placement.conf" db sync
    start placement env OS_PLACEMENT_CONFIG_DIR="$STATE/etc" \
        "${UWSGI[@]}" --http-socket "127.0.0.1:$PLACEMENT_PORT" --processes 1 \
        --wsgi-file /usr/bin/placement-api
    await 60 listens "$PLACEMENT_PORT"
}

start_glance() {
    once glance "making glance's database" \
        run glance.cmd.manage --config-file "$STATE/etc/glance.conf" db_sync
    service glance glance.cmd.api
    await 60 listens "$GLANCE_PORT"
}

start_neutron() {
    once neutron "making neutron's database" \
        run neutron.db.migration.cli --config-file "$STATE/etc/neutron.conf" upgrade heads
    # Its mechanism driver `test` binds every port at once. It asserts that it is called in the order
    # of its own tests, so assertions are off; what is compiled that way is kept apart.
    PYTHONOPTIMIZE=1 PYTHONPYCACHEPREFIX=$STATE/compiled \
        service neutron neutron.cmd.eventlet.server
    await 90 listens "$NEUTRON_PORT"
}

start_nova() {
    once nova "making nova's databases" make_nova
    service nova-api nova.cmd.api nova
    service nova-conductor nova.cmd.conductor nova
    service nova-scheduler nova.cmd.scheduler nova
    service nova-compute nova.cmd.compute nova
    await 90 listens "$NOVA_PORT"
}

make_nova() {
    nova_manage api_db sync &&
        nova_manage cell_v2 map_cell0 \
            --database_connection "$DATABASE/nova_cell0?charset=utf8" &&
        nova_manage db sync &&
        nova_manage cell_v2 create_cell --name cell1
}

nova_manage() { run nova.cmd.manage --config-file "$STATE/etc/nova.conf" "$@"; }

in_a_cell() {
    nova_manage cell_v2 discover_hosts >/dev/null
    [ "$(sql 'SELECT COUNT(*) FROM nova_api.host_mappings')" -ge 1 ]
}

once() { # NAME WORDS COMMAND…: unless it was done with this state
    local name=$1 words=$2
    shift 2
    [ ! -e "$STATE/done/$name" ] || return 0
    say "$words"
    "$@" >>"$STATE/log/$name-manage" 2>&1 || die "it failed; see $STATE/log/$name-manage"
    touch "$STATE/done/$name"
}

run() { # MODULE ARGUMENT…: a program of OpenStack's, as its console script would
    local module=$1
    shift
    /usr/bin/python3 -c "import sys; from $module import main; sys.exit(main())" "$@"
}

service() { # NAME MODULE [CONFIGURATION]
    start "$1" /usr/bin/python3 \
        -c "import sys; sys.argv[0] = '$1'; from $2 import main; sys.exit(main())" \
        --config-file "$STATE/etc/${3:-$1}.conf" --log-file "$STATE/log/$1.log"
}

seed() { # STEP: see openstack/seed.py
    say "seeding: $1"
    /usr/bin/python3 "$HERE/openstack/seed.py" "$1" "$KEYSTONE/v3" "$PASSWORD" "$REGION" \
        "placement=http://127.0.0.1:$PLACEMENT_PORT" "image=http://127.0.0.1:$GLANCE_PORT" \
        "network=http://127.0.0.1:$NEUTRON_PORT" "compute=http://127.0.0.1:$NOVA_PORT/v2.1" >&2
}

listens() { : <"/dev/tcp/127.0.0.1/$1"; }

main "$@"
