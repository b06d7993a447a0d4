# shellcheck shell=bash
# shellcheck disable=SC2034 # openstack.sh uses them
# What openstack.sh writes for each service, and the words that they share.

REGION=RegionOne
PASSWORD=secret # of everybody: only this machine gets here
DATABASE_USER=openstack
PORT=${OPENSTACK_PORT:-19500} # the first of those below
KEYSTONE_PORT=$PORT PLACEMENT_PORT=$((PORT + 1)) GLANCE_PORT=$((PORT + 2))
NEUTRON_PORT=$((PORT + 3)) NOVA_PORT=$((PORT + 4)) DATABASE_PORT=$((PORT + 5))
BROKER_PORT=$((PORT + 6)) ERLANG_PORT=$((PORT + 7)) EPMD_PORT=$((PORT + 8))

KEYSTONE=http://127.0.0.1:$KEYSTONE_PORT
DATABASE=mysql+pymysql://$DATABASE_USER:$DATABASE_USER@127.0.0.1:$DATABASE_PORT
BROKER=rabbit://guest:guest@127.0.0.1:$BROKER_PORT/
AS_ME=(--keystone-user "$(id -un)" --keystone-group "$(id -gn)")
UWSGI=(uwsgi --plugins python3 --master --die-on-term --lazy-apps --need-app --disable-logging
    --buffer-size 65535 --add-header "Connection: close")

# The calling shell may have set these for its own Python. They are wrong for Debian's Python.
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV
export PYTHONWARNINGS=ignore

configure() {
    mkdir -p "$STATE"/{etc,done,rabbit,nova/instances,neutron,glance}
    echo "listeners.tcp.1 = 127.0.0.1:$BROKER_PORT" >"$STATE/rabbit/rabbitmq.conf"
    echo '[].' >"$STATE/rabbit/plugins"
    for name in keystone placement glance neutron nova; do
        "configure_$name" >"$STATE/etc/$name.conf"
    done
}

configure_keystone() {
    cat <<X
[DEFAULT]
log_file = $STATE/log/keystone.log
[database]
connection = $DATABASE/keystone?charset=utf8
[token]
provider = fernet
[fernet_tokens]
key_repository = $STATE/keystone/fernet
[credential]
key_repository = $STATE/keystone/credential
[identity]
password_hash_rounds = 4
X
}

configure_placement() {
    cat <<X
[DEFAULT]
log_file = $STATE/log/placement.log
[api]
auth_strategy = keystone
[placement_database]
connection = $DATABASE/placement?charset=utf8
X
    as_user placement keystone_authtoken
}

configure_glance() {
    cat <<X
[DEFAULT]
bind_host = 127.0.0.1
bind_port = $GLANCE_PORT
workers = 0
enabled_backends = files:file
transport_url = $BROKER
[database]
connection = $DATABASE/glance?charset=utf8
[glance_store]
default_backend = files
[files]
filesystem_store_datadir = $STATE/glance/images
[os_glance_tasks_store]
filesystem_store_datadir = $STATE/glance/tasks
[os_glance_staging_store]
filesystem_store_datadir = $STATE/glance/staging
[paste_deploy]
flavor = keystone
config_file = $STATE/files/usr/share/glance-common/glance-api-paste.ini
X
    as_user glance keystone_authtoken
}

configure_neutron() {
    # A title is written over the environment, which says whose process it is.
    cat <<X
[DEFAULT]
setproctitle = off
bind_host = 127.0.0.1
bind_port = $NEUTRON_PORT
state_path = $STATE/neutron
core_plugin = ml2
service_plugins = router
api_workers = 0
rpc_workers = 0
rpc_state_report_workers = 0
api_paste_config = $STATE/files/usr/share/neutron-common/api-paste.ini
auth_strategy = keystone
transport_url = $BROKER
notify_nova_on_port_status_changes = false
notify_nova_on_port_data_changes = false
dhcp_agent_notification = false
[database]
connection = $DATABASE/neutron?charset=utf8
[oslo_concurrency]
lock_path = $STATE/neutron
[ml2]
type_drivers = local,flat
tenant_network_types = local
mechanism_drivers = test
extension_drivers = port_security
[quotas]
quota_port = 5000
X
    as_user neutron keystone_authtoken
}

configure_nova() {
    # The host's name makes neutron's `test` driver bind its ports at once.
    cat <<X
[DEFAULT]
state_path = $STATE/nova
instances_path = $STATE/nova/instances
host = host-ovs-filter-active
my_ip = 127.0.0.1
transport_url = $BROKER
enabled_apis = osapi_compute
osapi_compute_listen = 127.0.0.1
osapi_compute_listen_port = $NOVA_PORT
osapi_compute_workers = 1
compute_driver = fake.FakeDriver
allow_resize_to_same_host = true
vif_plugging_is_fatal = false
vif_plugging_timeout = 0
service_down_time = 600
ram_allocation_ratio = 8
cpu_allocation_ratio = 16
disk_allocation_ratio = 100
[api]
auth_strategy = keystone
[api_database]
connection = $DATABASE/nova_api?charset=utf8
[database]
connection = $DATABASE/nova?charset=utf8
[wsgi]
api_paste_config = $STATE/files/usr/share/nova-common/api-paste.ini
[conductor]
workers = 1
[scheduler]
workers = 1
[quota]
instances = 1000
cores = 10000
ram = 10000000
[glance]
api_servers = http://127.0.0.1:$GLANCE_PORT
[oslo_concurrency]
lock_path = $STATE/nova
[vnc]
enabled = false
X
    as_user nova keystone_authtoken
    as_user nova placement
    as_user neutron neutron
}

as_user() { # USER SECTION: how a service signs in at keystone
    cat <<X
[$2]
www_authenticate_uri = $KEYSTONE/v3
auth_url = $KEYSTONE/v3
auth_type = password
username = $1
password = $PASSWORD
project_name = service
user_domain_id = default
project_domain_id = default
region_name = $REGION
X
}

list_clouds() {
    local name user project
    echo "clouds:"
    while read -r name user project; do
        cat <<X
  $name:
    auth:
      auth_url: "$KEYSTONE/v3"
      username: $user
      password: $PASSWORD
      project_name: $project
      user_domain_name: Default
      project_domain_name: Default
    region_name: $REGION
    identity_api_version: 3
X
    done <<X
admin admin admin
demo demo demo
alt alt alt
reader reader demo
X
}
