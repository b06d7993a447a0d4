"""A real OpenStack, if one runs: its accounts, read from a clouds.yaml."""

import yaml

NETWORK = "private"  # of new machines; the project sees another one, too


def openstack_credentials(path, name):
    """The credentials for connectProvider, for the cloud ``name`` of the file."""
    auth = yaml.safe_load(path.read_text(encoding="utf-8"))["clouds"][name]["auth"]
    return {
        "auth_url": auth["auth_url"],
        "username": auth["username"],
        "password": auth["password"],
        "project": auth["project_name"],
        "domain": auth["user_domain_name"],
        "network": NETWORK,
    }
