"""Entries of the files that import_clouds reads: the smallest ones, and others with more keys."""

import base64
import json
from functools import partial

from inventory.imports.clouds import (
    aws,
    azure,
    cloudmesh,
    google,
    kubeconfig,
    openstack,
    tokens,
    variables,
)
from inventory.imports.clouds.aws_keys import PROFILE
from inventory.imports.clouds.azure_keys import ARM_KEYS, AZURE_KEYS, PRINCIPAL, SUBSCRIPTION
from inventory.imports.clouds.cloudmesh import ABOUT, ENTRY
from inventory.imports.clouds.cloudmesh import AWS_KEYS as CLOUDMESH_AWS
from inventory.imports.clouds.cloudmesh import GOOGLE_KEYS as CLOUDMESH_GOOGLE
from inventory.imports.clouds.found import finding
from inventory.imports.clouds.google import KEY_FILE
from inventory.imports.clouds.kubeconfig import CLUSTER, CONTEXT, USER
from inventory.imports.clouds.openstack_keys import AUTH as AUTH_KEYS
from inventory.imports.clouds.openstack_keys import CLOUD, NETWORK
from inventory.imports.clouds.token_keys import (
    DIGITALOCEAN_KEYS,
    DOCTL,
    LINODE_CLI,
    LINODE_KEYS,
)
from inventory.imports.clouds.variable_keys import (
    AWS_KEYS,
    DOCKER_KEYS,
    GOOGLE_KEYS,
    OPENSTACK_KEYS,
)
from tests.clouds.certificates import Signed
from tests.inventory.imports.vendor_keys import (
    ARM,
    AUTH,
    AWS_CONFIG,
    AWS_VARIABLES,
    AZURE,
    AZURE_PRINCIPAL,
    AZURE_SUBSCRIPTION,
    CLOUDMESH_AWS_KEYS,
    CLOUDS_YAML,
    DIGITALOCEAN,
    DOCKER,
    DOCTL_FILE,
    GOOGLE_FILE,
    GOOGLE_VARIABLES,
    KUBE_CLUSTER,
    KUBE_CONTEXT,
    KUBE_USER,
    LINODE,
    LINODE_FILE,
    NETWORKS,
)

PAIR = Signed("ada.example")
PEM = base64.b64encode(PAIR.pem.encode()).decode()
KEY = base64.b64encode(PAIR.key_pem.encode()).decode()
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
HEX, OTHER_HEX = "0123456789abcdef" * 2, "fedcba9876543210" * 2
OPENSTACK_AUTH = {
    "auth_url": "https://cloud.example/v3",
    "username": "ada",
    "password": "pw",
    "project_name": "lab",
}
GOOGLE_KEY = {
    "type": "service_account",
    "project_id": "p",
    "client_email": "a@p.example",
    "private_key": PAIR.key_pem,
}


def of_clouds(own=None, secure=None, public=None, auth=OPENSTACK_AUTH):
    """An entry with more keys of its own, of secure.yaml and of the profile that it names."""
    entry = {"profile": "vendor", "auth": auth, **(own or {})}
    [found] = openstack.read_clouds(
        {"clouds": {"n": entry}},
        secrets={"clouds": {"n": secure or {}}},
        vendors={"public-clouds": {"vendor": public or {}, "Two": {}}},
        origin="f",
    )
    return found


def of_cloud(**keys):
    return of_clouds(own=keys)


def of_auth(**keys):
    return of_clouds(auth=OPENSTACK_AUTH | keys)


def of_secure(**keys):
    return of_clouds(secure=keys)


def of_secure_auth(**keys):
    return of_clouds(secure={"auth": keys})


def of_public(**keys):
    return of_clouds(public=keys)


def of_public_auth(**keys):
    """The profile's "auth" is under the entry's, which has none here."""
    return of_clouds(public={"auth": OPENSTACK_AUTH | keys}, auth={})


def of_region(**keys):
    """The values of the region that region_name chooses."""
    regions = [{"name": "One", "values": keys}, "Other"]
    return of_clouds(own={"region_name": "One", "regions": regions})


def of_region_auth(**keys):
    return of_region(auth=keys)


def of_public_region(**keys):
    """The values of the one region of the profile."""
    return of_clouds(public={"regions": [{"name": "One", "values": keys}]})


def of_words(**keys):
    """OS_… variables by their keys in clouds.yaml."""
    return of_openstack_variables(**{f"OS_{key.upper()}": value for key, value in keys.items()})


def of_cloudmesh_openstack(**keys):
    return of_cloudmesh_credentials({"auth": OPENSTACK_AUTH, **keys})


def of_cloudmesh_openrc(**keys):
    """The older form, with a key that has no OS_."""
    words = {f"OS_{key.upper()}": value for key, value in OPENSTACK_AUTH.items()}
    return of_cloudmesh_credentials(words | keys)


def of_cloudmesh_credentials(credentials):
    entry = {"cm": {"kind": "openstack"}, "credentials": credentials}
    [found] = cloudmesh.read_cloudmesh({"cloudmesh": {"cloud": {"n": entry}}}, "f")
    return found


def of_network(**keys):
    networks = [{"name": "one", **keys}, {"name": "two"}]
    return of_cloud(networks=networks)


def of_profile(**keys):
    own = {"aws_access_key_id": "AKIA1", "aws_secret_access_key": SECRET}
    config = {
        "profile n": own | keys,
        "profile source": own | {"aws_access_key_id": "AKIA2"},
        "services ours": {"ec2": "\nendpoint_url = https://ec2.example"},
    }
    found = aws.read_profiles(config, {}, origin="f")
    return next(one for one in found if one.name == "aws-n")


def of_key_file(**keys):
    return finding("f", "n", partial(google.account_of, GOOGLE_KEY | keys))


def of_kubeconfig(cluster=None, user=None, context=None):
    data = {
        "clusters": [
            {"name": "c", "cluster": {"server": "https://k.example", **(cluster or {})}},
            {"name": "d", "cluster": {"server": "https://d.example"}},
        ],
        "users": [
            {"name": "u", "user": {"token": "t"} if user is None else user},
            {"name": "v", "user": {"token": "v"}},
        ],
        "contexts": [{"name": "n", "context": {"cluster": "c", "user": "u", **(context or {})}}],
    }
    [found] = kubeconfig.read_contexts(data, "f")
    return found


def of_cluster(**keys):
    return of_kubeconfig(cluster=keys)


def of_context(**keys):
    return of_kubeconfig(context=keys)


def of_user(**keys):
    return of_kubeconfig(user={"token": "t", **keys})


def of_variables(**variables_):
    [found] = variables.read_variables(variables_, origin="f")
    return found


def of_openstack_variables(**keys):
    given = {f"OS_{key.upper()}": value for key, value in OPENSTACK_AUTH.items()}
    return of_variables(**given | keys)


def of_aws_variables(**keys):
    given = {"AWS_ACCESS_KEY_ID": "AKIA1", "AWS_SECRET_ACCESS_KEY": SECRET}
    return of_variables(**given | keys)


def of_azure_variables(**keys):
    given = {f"AZURE_{name}_ID": "x-id" for name in ("TENANT", "SUBSCRIPTION", "CLIENT")}
    return of_variables(**given | {"AZURE_CLIENT_SECRET": "s"} | keys)


def of_terraform_variables(**keys):
    given = {f"ARM_{name}_ID": "x-id" for name in ("TENANT", "SUBSCRIPTION", "CLIENT")}
    return of_variables(**given | {"ARM_CLIENT_SECRET": "s"} | keys)


def of_digitalocean_variables(**keys):
    return of_variables(**{"DIGITALOCEAN_TOKEN": "t"} | keys)


def of_linode_variables(**keys):
    return of_variables(**{"LINODE_TOKEN": "t"} | keys)


def of_doctl(**keys):
    """The context "n", with more keys beside it."""
    found = tokens.read_doctl({"auth-contexts": {"n": "t"}} | keys, "f")
    return next(one for one in found if one.name == "digitalocean-n")


def of_linode_cli(**keys):
    sections = {"DEFAULT": {"default-user": "n"}, "n": {"token": "t"} | keys}
    [found] = tokens.read_linode_cli(sections, "f")
    return found


def of_azure_files(subscription=None, principal=None):
    user = {"name": "app", "type": "servicePrincipal"}
    entry = {"id": "s-id", "tenantId": "t-id", "user": user, "name": "n", **(subscription or {})}
    known = [
        {"client_id": "app", "tenant": "t-id", "client_secret": "s", **(principal or {})},
        {"client_id": "app2", "tenant": "t-id", "client_secret": "s2"},
        {"client_id": "app", "tenant": "t2-id", "client_secret": "s3"},
    ]
    [found] = azure.read_subscriptions({"subscriptions": [entry]}, known, origin="f")
    return found


def of_subscription(**keys):
    return of_azure_files(subscription=keys)


def of_principal(**keys):
    return of_azure_files(principal=keys)


def of_docker_variables(**keys):
    return of_variables(**{"DOCKER_HOST": "tcp://engine.example:2376"} | keys)


def of_google_variables(tmp_path, **keys):
    path = tmp_path / "key.json"
    path.write_text(json.dumps(GOOGLE_KEY))
    return of_variables(**{"GOOGLE_APPLICATION_CREDENTIALS": str(path)} | keys)


def of_cloudmesh(part="credentials", kind="aws", **keys):
    entry = {
        "cm": {"kind": kind},
        "credentials": {"EC2_ACCESS_ID": "AKIA1", "EC2_SECRET_KEY": SECRET},
    }
    (entry if part == "entry" else entry[part]).update(keys)
    [found] = cloudmesh.read_cloudmesh({"cloudmesh": {"cloud": {"n": entry}}}, "f")
    return found


def named(words, prefix=""):
    return [prefix + word for word in words.split()]


# The keys of an entry: the rules, the documented keys, and how an entry with more keys is read.
FILES = {
    "clouds.yaml": (CLOUD, named(CLOUDS_YAML), of_cloud),
    "clouds.yaml: auth": (AUTH_KEYS, named(AUTH), of_auth),
    "clouds.yaml: networks": (NETWORK, named(NETWORKS), of_network),
    "AWS profile": (PROFILE, named(AWS_CONFIG), of_profile),
    "AWS variables": (AWS_KEYS, named(AWS_VARIABLES, "AWS_"), of_aws_variables),
    "Google key": (KEY_FILE, named(GOOGLE_FILE), of_key_file),
    "Google variables": (GOOGLE_KEYS, named(GOOGLE_VARIABLES, "GOOGLE_"), of_google_variables),
    "kubeconfig: cluster": (CLUSTER, named(KUBE_CLUSTER), of_cluster),
    "kubeconfig: user": (USER, named(KUBE_USER), of_user),
    "kubeconfig: context": (CONTEXT, named(KUBE_CONTEXT), of_context),
    "Docker variables": (DOCKER_KEYS, named(DOCKER, "DOCKER_"), of_docker_variables),
    "Azure variables": (AZURE_KEYS, named(AZURE, "AZURE_"), of_azure_variables),
    "Azure subscription": (SUBSCRIPTION, named(AZURE_SUBSCRIPTION), of_subscription),
    "Azure principal": (PRINCIPAL, named(AZURE_PRINCIPAL), of_principal),
    "Terraform variables": (ARM_KEYS, named(ARM, "ARM_"), of_terraform_variables),
    "DigitalOcean variables": (
        DIGITALOCEAN_KEYS,
        named(DIGITALOCEAN, "DIGITALOCEAN_"),
        of_digitalocean_variables,
    ),
    "Linode variables": (LINODE_KEYS, named(LINODE, "LINODE_"), of_linode_variables),
    "doctl": (DOCTL, named(DOCTL_FILE), of_doctl),
    "linode-cli": (LINODE_CLI, named(LINODE_FILE), of_linode_cli),
    "OpenStack variables": (
        OPENSTACK_KEYS,
        ["OS_CLOUD", "OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE", "OS_CLOUD_NAME"],
        of_openstack_variables,
    ),
    "cloudmesh: aws": (CLOUDMESH_AWS, named(CLOUDMESH_AWS_KEYS), of_cloudmesh),
    "cloudmesh: google": (
        CLOUDMESH_GOOGLE,
        ["datacenter", "client_email", "project", "path_to_json_file"],
        None,
    ),
    "cloudmesh: cm": (
        ABOUT,
        named("active heading host label kind version service"),
        partial(of_cloudmesh, "cm"),
    ),
    "cloudmesh: entry": (ENTRY, named("cm default credentials"), partial(of_cloudmesh, "entry")),
}
