"""The other objects of the demo's AWS accounts: volumes, snapshots, images, key pairs, groups."""

from collections.abc import Mapping
from typing import Any

from moto.ec2.models import ec2_backends

from gateway.run.demo.fleet import machines

# Public keys. Their private keys do not exist any more.
KEYS = {
    "ada": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIDeZTRHgkr4xUUnjBIHuMcAUN8hzMSXJhCnXRLJNLJk ada",
    "deploy": (
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMnrAsQ5zSmHZaTnDX3CjJYRR8oWZpYNNkOzAEJmjnuh deploy"
    ),
}
EVERYBODY = ({"CidrIp": "0.0.0.0/0"}, {"CidrIpv6": "::/0"})
# By name: a description, and the rules as ports and networks.
GROUPS: Mapping[str, tuple[str, tuple[tuple[int, tuple[dict[str, str], ...]], ...]]] = {
    "web": ("HTTP and HTTPS from everywhere.", ((80, EVERYBODY), (443, EVERYBODY))),
    "office": ("SSH from the office.", ((22, ({"CidrIp": "198.51.100.0/24"},)),)),
    "old-ssh": ("SSH from everywhere: somebody forgot it.", ((22, EVERYBODY),)),
}
GROUP_OF_ROLE = {"web": "web", "api": "web", "bastion": "old-ssh", "notebook": "old-ssh"}
WITH_VOLUME = frozenset({"db", "cache", "gpu", "train", "store"})  # roles whose machines keep data
WITH_SNAPSHOT = frozenset({"db", "store"})
OF_AMIS = "Auto-created snapshot for AMI"


def is_furnished(account: str) -> bool:
    return all(
        KEYS.keys() <= ec2_backends[account][region].key_pairs.keys()
        for region in _regions(account)
    )


def furnish(account: str) -> None:
    """Create the other objects of the account's regions."""
    for region in _regions(account):
        backend: Any = ec2_backends[account][region]
        # moto makes a snapshot for each of its images; at AWS they are their owners'.
        for key, one in list(backend.snapshots.items()):
            if str(one.description).startswith(OF_AMIS):
                del backend.snapshots[key]
        for name, text in KEYS.items():
            backend.import_key_pair(name, text.encode(), {})
        groups = {name: _group(backend, name) for name in GROUPS}
        instances = [one for held in backend.reservations.values() for one in held.instances]
        for instance in instances:
            _equip(backend, instance, groups)
        _own_image(backend, instances[0])
        _spare_volume(backend, f"{region}a")


def _regions(account: str) -> list[str]:
    return list(dict.fromkeys(machine.region for machine in machines(account)))


def _group(backend: Any, name: str) -> Any:
    description, rules = GROUPS[name]
    group = backend.create_security_group(name, description)
    for port, networks in rules:
        backend.authorize_security_group_ingress(
            group.id, "tcp", str(port), str(port), list(networks), vpc_id=group.vpc_id
        )
    return group


def _equip(backend: Any, instance: Any, groups: Mapping[str, Any]) -> None:
    tags = {tag["key"]: tag["value"] for tag in instance.get_tags()}
    role = tags.get("role", "")
    instance.key_name = "ada" if tags.get("owner") == "ada" else "deploy"
    instance.security_groups = [groups[GROUP_OF_ROLE.get(role, "office")]]
    if role not in WITH_VOLUME or instance.state == "terminated":
        return
    zone = instance.placement
    volume = backend.create_volume(
        200 if role == "db" else 50, zone, encrypted=False, volume_type="gp3"
    )
    name = f"{tags.get('Name', instance.id)}-data"
    volume.add_tags({"Name": name, "team": tags.get("team", "")})
    backend.attach_volume(volume.id, instance.id, "/dev/sdf")
    if role in WITH_SNAPSHOT:
        snapshot = backend.create_snapshot(volume.id, "Taken each night.")
        snapshot.add_tags({"Name": f"{name}-nightly"})


def _own_image(backend: Any, instance: Any) -> None:
    """An image of the account's own, of one of its machines."""
    tags = [{"Key": "team", "Value": "web"}, {"Key": "Name", "Value": "base-2026"}]
    given = [{"ResourceType": "image", "Tags": tags}]
    backend.create_image(instance.id, "base-2026", "Updated by hand.", given)


def _spare_volume(backend: Any, zone: str) -> None:
    """A volume that no machine uses, and that still costs money."""
    volume = backend.create_volume(500, zone, encrypted=False, volume_type="gp2")
    volume.add_tags({"Name": "old-batch-data", "team": "data"})
