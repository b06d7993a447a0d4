"""seed.py STEP KEYSTONE PASSWORD REGION TYPE=URL…: the first objects of a new OpenStack.

``identity``: projects, users and the catalogue. ``offer``: sizes, images and networks. Each makes
what is not there yet. Runs on Debian's Python, with its python3-openstacksdk.
"""

import sys

import openstack

# name, project, roles
USERS = [
    *((name, "service", ("admin",)) for name in ("placement", "glance", "neutron", "nova")),
    ("demo", "demo", ("member",)),
    ("alt", "alt", ("member",)),
    ("reader", "demo", ("reader",)),
]
# name, MiB, processors, GiB
SIZES = [
    ("m1.nano", 64, 1, 1),
    ("m1.tiny", 512, 1, 1),
    ("m1.small", 2048, 1, 20),
    ("m1.medium", 4096, 2, 40),
]
IMAGES = ("cirros", "debian-12")
EMPTY_DISK = b"\0" * 1024 * 1024  # the hypervisor is a fake, and reads none of it


def seed_identity(cloud, password, region, services):
    identity = cloud.identity
    roles = {role.name: role for role in identity.roles()}
    projects = {project.name: project for project in identity.projects()}
    users = {user.name: user for user in identity.users()}
    for name, project, its_roles in USERS:
        if project not in projects:
            projects[project] = identity.create_project(name=project, domain_id="default")
        if name not in users:
            users[name] = identity.create_user(name=name, password=password, domain_id="default")
        for role in its_roles:
            identity.assign_project_role_to_user(projects[project], users[name], roles[role])
    known = {service.type for service in identity.services()}
    for kind, url in services.items():
        if kind not in known:
            service = identity.create_service(type=kind, name=kind)
            for interface in ("public", "internal"):  # the latter is the services' own way
                identity.create_endpoint(
                    service_id=service.id, interface=interface, url=url, region_id=region
                )


def seed_offer(cloud):
    known = {flavor.name for flavor in cloud.compute.flavors()}
    for number, (name, ram, vcpus, disk) in enumerate(SIZES, start=1):
        if name not in known:
            cloud.compute.create_flavor(id=str(number), name=name, ram=ram, vcpus=vcpus, disk=disk)
    known = {image.name for image in cloud.image.images()}
    for name in IMAGES:
        if name not in known:
            cloud.image.create_image(
                name=name,
                disk_format="raw",
                container_format="bare",
                visibility="public",
                data=EMPTY_DISK,
            )
    if "private" not in {network.name for network in cloud.network.networks()}:
        seed_networks(cloud.network)


def seed_networks(network):
    """Make the machines' network and another visible one, so that an order has to choose."""
    private = network.create_network(name="private", shared=True)
    network.create_subnet(
        network_id=private.id, ip_version=4, cidr="10.1.0.0/16", enable_dhcp=False
    )
    public = network.create_network(name="public", is_router_external=True)
    network.create_subnet(
        network_id=public.id, ip_version=4, cidr="203.0.113.0/24", enable_dhcp=False
    )


def main(step, url, password, region, *services):
    cloud = openstack.connect(
        auth_url=url,
        username="admin",
        password=password,
        project_name="admin",
        user_domain_id="default",
        project_domain_id="default",
        region_name=region,
        identity_api_version="3",
    )
    if step == "identity":
        seed_identity(cloud, password, region, dict(one.split("=", 1) for one in services))
    else:
        seed_offer(cloud)


main(*sys.argv[1:])
