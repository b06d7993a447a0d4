"""OpenStack: libcloud's OpenStack_2_NodeDriver. Replies as docs.openstack.org/api-ref."""

import pytest
from libcloud.compute.drivers.openstack import OpenStack_2_NodeDriver

from inventory.providers.openstack.actions import STARTS
from tests.inventory.providers.methods.checks import (
    is_lost_to_one_object,
    loses_the_second_page,
)
from tests.inventory.providers.methods.scripted import answered, asked, driver, thing

RULE = {
    "id": "r",
    "security_group_id": "g",
    "direction": "ingress",
    "ethertype": "IPv4",
    "protocol": None,
    "port_range_min": None,
    "port_range_max": None,
}
GROUP = {"id": "g", "tenant_id": "t", "name": "web", "security_group_rules": [RULE]}
FLAVOR = {"id": "f", "name": "small", "ram": 512, "disk": 1, "vcpus": 1, "swap": ""}


def openstack(body):
    made = driver(OpenStack_2_NodeDriver, lambda *_: body, region_name="here", api_name="openstack")
    vars(made).update(image_connection=made.connection, network_connection=made.connection)
    return made


def list_lost(body, method, error=KeyError):
    return is_lost_to_one_object(lambda: openstack(body), method, error)


def order_raises_after_it_was_accepted():
    made = openstack({"server": {"id": "s", "name": "web", "status": "BUILD"}})
    with pytest.raises(KeyError):
        made.create_node("web", thing("f"), thing("i"))
    assert [one[0] for one in asked(made)] == ["POST", "GET"]


def started_by_the_method_of_its_state():
    """Used, but not alone: ``start_node`` is refused for what is not shut off."""
    assert STARTS["PAUSED"] == "ex_unpause_node"
    assert hasattr(OpenStack_2_NodeDriver, "ex_resume_node")


def tags_replace_others():
    made = openstack({"metadata": {}})
    made.ex_set_metadata(thing("s"), {"env": "prod"})
    assert [one[0] for one in asked(made)] == ["PUT"]  # "Replace Metadata Items"


def places_without_a_name():
    assert [one.name for one in openstack({}).list_locations()] == [""]


def key_is_quoted_nowhere():
    made = openstack({})
    made.connection.request = lambda path, **_: pytest.fail(path)
    with pytest.raises(pytest.fail.Exception, match=r"/os-keypairs/a\?b"):
        made.delete_key_pair(thing(name="a?b"))


def key_raises_after_it_was_imported():
    made = openstack({"keypair": {"name": "ann", "public_key": "ssh-ed25519 A"}})
    with pytest.raises(KeyError):
        made.import_key_pair_from_string("ann", "ssh-ed25519 A")
    assert [one[0] for one in asked(made)] == ["POST"]


def group_raises_after_it_was_made():
    made = openstack({"security_group": {"id": "g", "name": "web", "project_id": "p"}})
    with pytest.raises(KeyError):
        made.ex_create_security_group("web", "")
    assert [one[0] for one in asked(made)] == ["POST"]


def group_is_not_checked(method, path):
    def check():
        made = openstack({})
        assert getattr(made, method)(thing("../../v2.0/networks/n")) is False
        assert asked(made)[0][1] == f"{path}/../../v2.0/networks/n"

    return check


def rule_is_of_ipv4_and_inward():
    made = openstack({"security_group_rule": RULE})
    made.ex_create_security_group_rule(thing("g"), "tcp", 80, 80, cidr="2001:db8::/32")
    sent = asked(made)[0][3]["security_group_rule"]
    assert (sent["direction"], sent.get("ethertype")) == ("ingress", None)


def image_raises_after_it_was_ordered():
    replies = [answered("", status=202, headers={"location": "https://glance/v2/images/i"})]
    made = driver(
        OpenStack_2_NodeDriver,
        lambda *_: replies.pop() if replies else {"id": "i", "status": "queued"},
        region_name="here",
        api_name="openstack",
    )
    vars(made).update(image_connection=made.connection)
    with pytest.raises(KeyError):
        made.create_image(thing("s"), "web")
    assert [one[0] for one in asked(made)] == ["POST", "GET"]


def image_is_deleted_at_nova():
    made = openstack({})
    made.delete_image(thing("i"))
    assert asked(made)[0][:2] == ("DELETE", "/images/i")  # and no /v2/images/i


ODD_SERVER = {"servers": [{"id": "s", "name": "web", "status": "ACTIVE"}]}
PAGED_GROUPS = {"security_groups": [GROUP], "security_groups_links": [{"rel": "next"}]}
PAGED_FLAVORS = {"flavors": [FLAVOR], "flavors_links": [{"rel": "next", "href": "x?marker=f"}]}
ROWS = {
    "virtual_machines.list": (
        "list_nodes",
        "One server without a field fails the whole list, and it knows no paused one.",
        list_lost(ODD_SERVER, "list_nodes"),
    ),
    "virtual_machines.provision": (
        "create_node",
        "It raises, after the order was accepted, for a server without a field.",
        order_raises_after_it_was_accepted,
    ),
    "virtual_machines.start": (
        "start_node",
        "It is used, and other methods, depending on the server's status.",
        started_by_the_method_of_its_state,
    ),
    "virtual_machines.resume": (
        "ex_resume_node",
        "It is used, and other methods, depending on the server's status.",
        started_by_the_method_of_its_state,
    ),
    "virtual_machines.tag": (
        "ex_set_metadata",
        "It replaces all other tags.",
        tags_replace_others,
    ),
    "sizes.list": (
        "list_sizes",
        "It returns the first page.",
        loses_the_second_page(lambda: openstack(PAGED_FLAVORS), "list_sizes"),
    ),
    "images.list": (
        "list_images",
        "One image without a field fails the whole list.",
        list_lost({"images": [{"id": "i", "status": "active"}]}, "list_images"),
    ),
    "images.create": (
        "create_image",
        "It raises, after the image was ordered, for an image without a field.",
        image_raises_after_it_was_ordered,
    ),
    "images.delete": (
        "delete_image",
        "It asks nova's former proxy for images, which not every cloud has.",
        image_is_deleted_at_nova,
    ),
    "locations.list": (
        "list_locations",
        "It returns one location, without a name.",
        places_without_a_name,
    ),
    "key_pairs.list": (
        "list_key_pairs",
        "One key without a fingerprint fails the whole list.",
        list_lost({"keypairs": [{"keypair": {"name": "ann"}}]}, "list_key_pairs"),
    ),
    "key_pairs.import": (
        "import_key_pair_from_string",
        "It raises, after the key was imported, for an answer without a field.",
        key_raises_after_it_was_imported,
    ),
    "key_pairs.delete": (
        "delete_key_pair",
        "It quotes nothing: for `a?b` it deletes `a`.",
        key_is_quoted_nowhere,
    ),
    "security_groups.list": (
        "ex_list_security_groups",
        "It returns the first page.",
        loses_the_second_page(lambda: openstack(PAGED_GROUPS), "ex_list_security_groups"),
    ),
    "security_groups.create": (
        "ex_create_security_group",
        "It raises, after the group was made, for an answer without a field.",
        group_raises_after_it_was_made,
    ),
    "security_groups.delete": (
        "ex_delete_security_group",
        "It quotes nothing, so an id can name another object.",
        group_is_not_checked("ex_delete_security_group", "/v2.0/security-groups"),
    ),
    "security_groups.add_rule": (
        "ex_create_security_group_rule",
        "It knows neither egress nor IPv6.",
        rule_is_of_ipv4_and_inward,
    ),
    "security_groups.remove_rule": (
        "ex_delete_security_group_rule",
        "It quotes nothing, so an id can name another object.",
        group_is_not_checked("ex_delete_security_group_rule", "/v2.0/security-group-rules"),
    ),
}
