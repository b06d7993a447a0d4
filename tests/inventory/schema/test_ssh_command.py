"""The command that logs in to a machine."""

import shlex
import subprocess
from types import SimpleNamespace

import pytest

from inventory.models import VirtualMachine
from inventory.providers import all_kinds
from inventory.providers.login_users import EC2, OPENSTACK, ROOT, login_user
from inventory.resources.ssh import ssh_command
from inventory.services.actions import target_id
from tests.inventory.factories import make_simulator

KIND = SimpleNamespace(kind=SimpleNamespace(login_users=EC2))


def machine(**changes):
    values = {
        "public_dns_names": ["ec2-203-0-113-7.compute-1.amazonaws.com"],
        "public_ips": ["203.0.113.7"],
        "private_ips": ["10.0.0.7"],
        "key_pair_id": "ada",
        "image_name": "ubuntu/images/hvm-ssd/ubuntu-noble-24.04-amd64-server-20260101",
    }
    return SimpleNamespace(provider=KIND, **values | changes)


@pytest.mark.parametrize(
    ("changes", "command"),
    [
        ({}, "ssh -i ada.pem ubuntu@ec2-203-0-113-7.compute-1.amazonaws.com"),
        ({"public_dns_names": []}, "ssh -i ada.pem ubuntu@203.0.113.7"),
        (
            {"public_dns_names": [], "public_ips": ["2001:db8::7"]},
            "ssh -i ada.pem ubuntu@2001:db8::7",
        ),
        ({"public_dns_names": [], "public_ips": []}, "ssh -i ada.pem ubuntu@10.0.0.7"),
        ({"public_dns_names": [], "public_ips": [], "private_ips": []}, None),
        ({"key_pair_id": None}, "ssh ubuntu@ec2-203-0-113-7.compute-1.amazonaws.com"),
        ({"image_name": "my own"}, "ssh -i ada.pem ec2-203-0-113-7.compute-1.amazonaws.com"),
        ({"image_name": None}, "ssh -i ada.pem ec2-203-0-113-7.compute-1.amazonaws.com"),
    ],
)
def test_it_names_what_is_known(changes, command):
    assert ssh_command(machine(**changes)) == command


@pytest.mark.parametrize(
    "key", ["a b", "$(touch x)", "-oProxyCommand=x", "it's", "`id`;ls", "ключ"]
)
def test_a_key_s_name_is_one_word_of_the_shell(key):
    command = ssh_command(machine(key_pair_id=key))

    printed = subprocess.run(  # noqa: S602 - that it is safe is what is tested
        command.replace("ssh", r"printf '%s\n' --", 1) + " end",
        shell=True,
        capture_output=True,
        text=True,
        check=True,
    )
    words = ["--"] if printed.stdout.startswith("--\n") else []
    host = "ubuntu@ec2-203-0-113-7.compute-1.amazonaws.com"
    assert printed.stdout.splitlines() == [*words, "-i", f"{key}.pem", host, "end"]


@pytest.mark.parametrize("host", ["-oProxyCommand=id", "a b", "x;id", "root@x", "a\nb", ""])
def test_a_host_that_is_none_is_not_taken(host):
    assert shlex.split(ssh_command(machine(public_dns_names=[host])))[-1] == "ubuntu@203.0.113.7"
    nowhere = machine(public_dns_names=[host], public_ips=[host], private_ips=[host])
    assert ssh_command(nowhere) is None


@pytest.mark.parametrize(
    ("users", "image", "user"),
    [
        (EC2, "debian-12-amd64-20260101", "admin"),
        (EC2, "al2023-ami-2023.6.20260101-kernel-6.1-x86_64", "ec2-user"),
        (EC2, "bitnami-wordpress-6-debian-12", "bitnami"),
        (EC2, "Windows_Server-2025", None),
        (EC2, "CentOS Stream 9", None),  # centos or ec2-user
        (OPENSTACK, "CirrOS 0.6.2", "cirros"),
        (OPENSTACK, "Debian 12", "debian"),
        (ROOT, "Ubuntu 24.04", "root"),
        (ROOT, None, "root"),
        ({}, "ubuntu", None),
    ],
)
def test_the_user_follows_from_the_image(users, image, user):
    assert login_user(users, image) == user


def test_every_user_is_a_plain_word():
    users = {user for kind in all_kinds() for user in kind.login_users.values()}

    assert users >= {"ubuntu", "root", "debian"}
    assert all(user.replace("-", "").isalnum() for user in users)


@pytest.mark.django_db(transaction=True)
def test_a_query_shows_it_alone(ask, user):
    make_simulator(user, machines=1)
    query = "{ virtualMachines { nodes { sshCommand publicIps privateIps } } }"

    [node] = ask(query).data["virtualMachines"]["nodes"]

    row = VirtualMachine.objects.select_related("provider").get()
    hosts = [*node["publicIps"], *node["privateIps"]]
    assert node["sshCommand"].startswith("ssh -i deploy.pem ")
    assert node["sshCommand"].rpartition("@")[2].rpartition(" ")[2] == hosts[0]
    single = f'{{ virtualMachine(id: "{target_id(row)}") {{ sshCommand publicDnsNames }} }}'
    assert ask(single).data["virtualMachine"] == {
        "sshCommand": node["sshCommand"],
        "publicDnsNames": [],
    }
