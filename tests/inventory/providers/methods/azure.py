"""Azure: libcloud's AzureNodeDriver. Replies as learn.microsoft.com/rest/api/compute has them."""

from unittest.mock import patch

import pytest
from libcloud.common.azure_arm import AzureResourceManagementConnection
from libcloud.common.exceptions import BaseHTTPError
from libcloud.compute.base import NodeAuthPassword
from libcloud.compute.drivers.azure_arm import AzureImage, AzureNodeDriver

from tests.inventory.providers.methods.checks import (
    is_lost_to_one_object,
    libcloud_pauses,
    loses_the_operation,
    loses_the_second_page,
)
from tests.inventory.providers.methods.scripted import answered, asked, driver, thing

HERE = "/subscriptions/s/resourceGroups/g/providers"
VM, NIC = f"{HERE}/Microsoft.Compute/virtualMachines", f"{HERE}/Microsoft.Network/networkInterfaces"
OPERATION = {"azure-asyncoperation": "https://management.azure.com/operations/op-1"}


def machine(name):
    return {
        "id": f"{VM}/{name}",
        "name": name,
        "properties": {
            "provisioningState": "Succeeded",
            "networkProfile": {"networkInterfaces": [{"id": f"{NIC}/{name}"}]},
            "storageProfile": {"osDisk": {}},
        },
    }


def azure(answer):
    place = thing("westeurope")
    return driver(AzureNodeDriver, answer, subscription_id="s", default_location=place)


def signs_in_while_it_is_built():
    with patch.object(AzureResourceManagementConnection, "get_token_from_credentials") as signed_in:
        AzureNodeDriver("tenant", "s", "application", "secret")
    assert signed_in.called


def asks_for_each_machine():
    def answer(_method, path, _params, _data):
        if path.endswith("virtualMachines"):
            return {"value": [machine(f"vm-{number}") for number in range(3)]}
        if "networkInterfaces" in path:
            return {
                "id": path,
                "name": "nic",
                "location": "here",
                "properties": {"ipConfigurations": [{"properties": {}}]},
            }
        return {"statuses": [{"code": "PowerState/running"}]}

    made = azure(answer)
    assert len(made.list_nodes()) == 3
    assert len(asked(made)) == 1 + 3 + 3


def asks_for_each_publisher():
    names = {
        "publishers": ["canonical", "debian"],
        "offers": ["server"],
        "skus": ["24", "26"],
        "versions": ["1", "2"],
    }

    def answer(_method, path, _params, _data):
        return [{"id": f"{path}/{one}", "name": one} for one in names[path.rsplit("/", 1)[1]]]

    made = azure(answer)
    assert len(made.list_images()) == 8
    assert len(asked(made)) == 1 + 2 + 2 + 4


def refusal_of_a_reboot_is_false():
    def answer(*_):
        raise BaseHTTPError(409, "OperationNotAllowed", {})

    assert azure(answer).reboot_node(thing(VM)) is False


def waits_for_a_deletion():
    left = [{}, {}, {}]

    def answer(method, path, _params, _data):
        if method == "GET" and path.endswith("/web"):
            if not left:
                raise BaseHTTPError(404, "gone", {})
            return left.pop()
        return {"id": path, "name": "nic", "properties": {}}

    made = azure(answer)
    node = thing(f"{VM}/web", **machine("web"))
    with libcloud_pauses() as slept, patch.object(AzureNodeDriver, "ex_destroy_nic") as gone:
        made.destroy_node(node)
    assert len(slept) > 3
    assert gone.called  # the network interface, too, which may be another machine's by then


def resize_at_no_address():
    """A size is changed by "Virtual Machines - Update"."""
    made = azure(lambda *_: {})
    made.ex_resize_node(thing(VM), thing("Standard_B2s"))
    [(method, path, _params, _data)] = asked(made)
    assert (method, path) == ("POST", f"{VM}/resize")


def tags_need_tags():
    made = azure(lambda *_: machine("web"))  # one without tags has no such field
    with pytest.raises(KeyError):
        made.ex_create_tags(thing(VM), {"env": "prod"})


def user_data_as_text_raises():
    made = azure(lambda *_: machine("web"))
    with pytest.raises(TypeError):
        made.create_node(
            "web",
            thing("Standard_B1s"),
            AzureImage("1", "24", "server", "canonical", "here", made),
            NodeAuthPassword("a-password-of-tests"),
            ex_nic=thing(NIC),
            ex_use_managed_disks=True,
            ex_customdata="#cloud-config",
        )
    assert asked(made) == []


LOST = "It does not return the header that names the operation."


def sends_back(act):
    """The disks of the machine as they were seen before, whatever it has by now."""

    def check():
        made = azure(lambda *_: {})
        seen = [{"lun": 0, "name": "seen-before", "managedDisk": {"id": "other"}}]
        found = thing(id_of := f"{VM}/web", name="web", id=id_of, location="here")
        found.extra["properties"] = {"storageProfile": {"dataDisks": seen}}
        act(made, found)
        [(method, _path, _params, data)] = asked(made)
        assert method == "PUT"
        assert data["properties"]["storageProfile"]["dataDisks"][0]["name"] == "seen-before"

    return check


def attaches(made, found):
    made.attach_volume(found, thing("d", name="data"))


def detaches(made, found):
    made.detach_volume(thing("d", name="data"), ex_node=found)


def drops_tags():
    made = azure(lambda *_: {"id": "d", "name": "data", "location": "here", "properties": {}})
    properties = {"creationData": {"createOption": "Empty"}}
    made.ex_resize_volume(
        thing("d", name="data", location="here", properties=properties, tags={"env": "prod"}),
        64,
        "g",
    )
    [(method, _path, _params, data)] = asked(made)
    assert method == "PUT"
    assert "tags" not in data


def takes_none_for_deleted(method):
    def check():
        made = azure(lambda *_: answered("", status=204))
        assert getattr(made, method)(thing("d")) is True

    return check


def deletes_no_image():
    with pytest.raises(NotImplementedError):
        azure(lambda *_: {}).delete_image(thing("i"))


def has_no_keys():
    with pytest.raises(NotImplementedError):
        azure(lambda *_: {}).list_key_pairs()


SENDS_BACK = (
    "It sends back the disks of the machine as it was last seen: a change in between is lost."
)
NOT_THERE = "It treats the answer that there is no such object as a deletion."
NO_KEYS = "Libcloud has no method."
ROWS = {
    "": ("AzureNodeDriver", "It signs in while it is built.", signs_in_while_it_is_built),
    "virtual_machines.list": (
        "list_nodes",
        "It sends two requests and more for each machine.",
        asks_for_each_machine,
    ),
    "virtual_machines.start": (
        "start_node",
        LOST,
        loses_the_operation(AzureNodeDriver, lambda d: d.start_node(thing(VM)), OPERATION),
    ),
    "virtual_machines.stop": (
        "stop_node",
        LOST,
        loses_the_operation(AzureNodeDriver, lambda d: d.stop_node(thing(VM)), OPERATION),
    ),
    "virtual_machines.reboot": (
        "reboot_node",
        "It returns False for each refusal, whatever its reason.",
        refusal_of_a_reboot_is_false,
    ),
    "virtual_machines.terminate": (
        "destroy_node",
        "It waits until the machine is gone, and deletes its network interfaces unasked.",
        waits_for_a_deletion,
    ),
    "virtual_machines.resize": (
        "ex_resize_node",
        "It posts to an address that the Compute API does not have.",
        resize_at_no_address,
    ),
    "virtual_machines.tag": (
        "ex_create_tags",
        "It raises for a machine that has no tags yet.",
        tags_need_tags,
    ),
    "virtual_machines.provision": (
        "create_node",
        "It raises for user data that is a text, and sends bytes as no JSON.",
        user_data_as_text_raises,
    ),
    "sizes.list": (
        "list_sizes",
        "One size without a field fails the whole list.",
        is_lost_to_one_object(
            lambda: azure(lambda *_: {"value": [{"name": "Standard_B1s"}]}), "list_sizes", KeyError
        ),
    ),
    "images.list": (
        "list_images",
        "It sends a request for each publisher, offer and SKU.",
        asks_for_each_publisher,
    ),
    "images.delete": ("", "Libcloud has no method.", deletes_no_image),
    "locations.list": (
        "list_locations",
        "One type of resource without a name fails the whole list.",
        is_lost_to_one_object(
            lambda: azure(lambda *_: {"resourceTypes": [{}]}), "list_locations", KeyError
        ),
    ),
    "volumes.list": (
        "list_volumes",
        "One disk without a field fails the whole list.",
        is_lost_to_one_object(
            lambda: azure(lambda *_: {"value": [{"id": "d", "name": "data"}]}),
            "list_volumes",
            KeyError,
        ),
    ),
    "volumes.attach": ("attach_volume", SENDS_BACK, sends_back(attaches)),
    "volumes.detach": ("detach_volume", SENDS_BACK, sends_back(detaches)),
    "volumes.resize": (
        "ex_resize_volume",
        "It sends back the disk as it was last seen, and drops its tags.",
        drops_tags,
    ),
    "volumes.delete": ("destroy_volume", NOT_THERE, takes_none_for_deleted("destroy_volume")),
    "snapshots.list": (
        "list_snapshots",
        "It returns the first page.",
        loses_the_second_page(
            lambda: azure(
                lambda *_: {"value": [], "nextLink": "https://management.azure.com/x?y=1"}
            ),
            "list_snapshots",
            count=0,
        ),
    ),
    "snapshots.delete": (
        "destroy_volume_snapshot",
        NOT_THERE,
        takes_none_for_deleted("destroy_volume_snapshot"),
    ),
    "key_pairs.list": ("", NO_KEYS, has_no_keys),
    "key_pairs.delete": ("", NO_KEYS, has_no_keys),
}
