"""The rows of EC2: boto3 does the talking (decision 49)."""

from tests.inventory.providers.methods.checks import loses_the_second_page
from tests.inventory.providers.methods.ec2 import (
    ITEMS,
    accepted_is_false,
    group_by_its_name,
    key_pairs_without_ids,
    list_of_nodes,
    locations_by_position,
    order_in_another_namespace,
    paged,
    raises_after_it_acted,
    rule_of_ipv6,
    says_true,
    sends_no_tags,
    sizes_of_a_new_region,
    tags_by_a_second_request,
)
from tests.inventory.providers.methods.scripted import thing

FALSE = "It treats an accepted answer of a compatible cloud as a refusal, and has no dry run."
RAISES = "It raises for the accepted answer of a compatible cloud, and has no dry run."
TRUE = "It returns True whatever was answered, and has no dry run."
PAGE = "It returns the first page."
TAGS = "It tags by a second request, which is missing if the worker is lost."
NO_TAGS = "It sends no tags, so a lost order cannot be found."
VOLUME = "<volumeId>vol-1</volumeId><size>8</size><status>creating</status>"
SNAPSHOT = ITEMS["DescribeSnapshots"][1]
ZONE = thing(availability_zone=None)
ZONE.availability_zone = thing(name="here-1a")
NODE = thing("i-1")
ROWS = {
    "virtual_machines.list": (
        "list_nodes",
        f"{PAGE} It also asks for addresses.",
        list_of_nodes,
    ),
    "virtual_machines.start": (
        "start_node",
        RAISES,
        raises_after_it_acted(lambda d: d.start_node(NODE), IndexError),
    ),
    "virtual_machines.stop": (
        "stop_node",
        RAISES,
        raises_after_it_acted(lambda d: d.stop_node(NODE), IndexError),
    ),
    "virtual_machines.reboot": (
        "reboot_node",
        FALSE,
        accepted_is_false(lambda d: d.reboot_node(NODE)),
    ),
    "virtual_machines.terminate": (
        "destroy_node",
        FALSE,
        accepted_is_false(lambda d: d.destroy_node(NODE)),
    ),
    "virtual_machines.resize": (
        "ex_change_node_size",
        FALSE,
        accepted_is_false(lambda d: d.ex_change_node_size(NODE, thing("t3.large"))),
    ),
    "virtual_machines.tag": (
        "ex_create_tags",
        FALSE,
        accepted_is_false(lambda d: d.ex_create_tags(NODE, {"env": "prod"})),
    ),
    "virtual_machines.provision": (
        "create_node",
        "It finds no machine in the accepted answer of a compatible cloud, and has no dry run.",
        order_in_another_namespace,
    ),
    "sizes.list": (
        "list_sizes",
        "It raises for a region that is not in its table.",
        sizes_of_a_new_region,
    ),
    "images.list": ("list_images", PAGE, loses_the_second_page(paged, "list_images")),
    "images.create": ("create_image", NO_TAGS, sends_no_tags("create_image")),
    "images.delete": (
        "delete_image",
        FALSE,
        accepted_is_false(lambda d: d.delete_image(thing("ami-1"))),
    ),
    "locations.list": ("list_locations", "A zone's id is its position.", locations_by_position),
    "volumes.list": ("list_volumes", PAGE, loses_the_second_page(paged, "list_volumes")),
    "volumes.create": (
        "create_volume",
        TAGS,
        tags_by_a_second_request(
            lambda d: d.create_volume(8, "data", location=ZONE), "CreateVolume", VOLUME
        ),
    ),
    "volumes.attach": (
        "attach_volume",
        TRUE,
        says_true(lambda d: d.attach_volume(NODE, thing("vol-1"), "/dev/sdf")),
    ),
    "volumes.detach": ("detach_volume", TRUE, says_true(lambda d: d.detach_volume(thing("vol-1")))),
    "volumes.delete": (
        "destroy_volume",
        FALSE,
        accepted_is_false(lambda d: d.destroy_volume(thing("vol-1"))),
    ),
    "volumes.resize": (
        "ex_modify_volume",
        RAISES,
        raises_after_it_acted(lambda d: d.ex_modify_volume(thing("v"), {"Size": 9}), IndexError),
    ),
    "snapshots.list": ("list_snapshots", PAGE, loses_the_second_page(paged, "list_snapshots")),
    "snapshots.create": (
        "create_volume_snapshot",
        TAGS,
        tags_by_a_second_request(
            lambda d: d.create_volume_snapshot(thing("vol-1"), "s"), "CreateSnapshot", SNAPSHOT
        ),
    ),
    "snapshots.delete": (
        "destroy_volume_snapshot",
        FALSE,
        accepted_is_false(lambda d: d.destroy_volume_snapshot(thing("snap-1"))),
    ),
    "key_pairs.list": ("list_key_pairs", "It loses ids and types of keys.", key_pairs_without_ids),
    "key_pairs.import": (
        "import_key_pair_from_string",
        NO_TAGS,
        sends_no_tags("import_key_pair_from_string"),
    ),
    "key_pairs.delete": (
        "delete_key_pair",
        FALSE,
        accepted_is_false(lambda d: d.delete_key_pair(thing(name="ann"))),
    ),
    "security_groups.list": (
        "ex_get_security_groups",
        PAGE,
        loses_the_second_page(paged, "ex_get_security_groups"),
    ),
    "security_groups.create": (
        "ex_create_security_group",
        NO_TAGS,
        sends_no_tags("ex_create_security_group"),
    ),
    "security_groups.delete": (
        "ex_delete_security_group",
        "It names the group by its name, which EC2 accepts only in the default VPC.",
        group_by_its_name,
    ),
    "security_groups.add_rule": (
        "ex_authorize_security_group_ingress",
        "It sends an IPv6 range as one of IPv4.",
        rule_of_ipv6("ex_authorize_security_group_ingress"),
    ),
    "security_groups.remove_rule": (
        "ex_revoke_security_group_ingress",
        "It sends an IPv6 range as one of IPv4.",
        rule_of_ipv6("ex_revoke_security_group_ingress"),
    ),
}
