"""At each driver, one odd object of a reply is one odd row.

``LOST`` names the lists for which libcloud makes that impossible.
"""

from xml.etree import ElementTree as ET

import pytest

from inventory.providers import ProviderError, ProviderErrorCode
from inventory.providers.libcloud.evidence import EVIDENCE, LOST
from tests.inventory.providers.libcloud.recorded import recorded
from tests.inventory.providers.libcloud.replies import (
    CASES,
    STORED,
    WORDS,
    damages,
    instead,
    is_shown,
    lists_in,
    read_with,
    recorded_bodies,
)
from tests.inventory.providers.libcloud.storage import deeds_of

# Lists that libcloud makes up, or of which the recorded objects are texts.
MADE_BY_LIBCLOUD = {
    *((name, "sizes") for name in ("cloudsigma", "dimensiondata", "internetsolutions", "ntta")),
    *((name, "sizes") for name in ("ec2", "nimbus", "nttcis", "outscale_inc", "outscale_sas")),
    *((name, "sizes") for name in ("scaleway", "terremark", "vcloud")),
    *((name, "locations") for name in ("opennebula", "openstack", "ovh", "rackspace", "scaleway")),
    *((name, "locations") for name in ("rackspace_first_gen", "rimuhosting", "terremark")),
    *((name, "locations") for name in ("vcloud", "vpsnet")),
}
# Lists whose objects have a reply each, or whose ids are made of several fields: see ``FIELDS``.
BY_OTHER_WORDS = {
    *((name, "locations") for name in ("ec2", "nimbus", "outscale_inc", "outscale_sas")),
    *(("gandi", resource) for resource in ("virtual_machines", "sizes", "images", "locations")),
    *(("ktucloud", resource) for resource in ("sizes", "images")),
    *(("opennebula", resource) for resource in ("virtual_machines", "images")),
    *(("terremark", resource) for resource in ("virtual_machines", "images")),
    ("vcloud", "images"),
    *(("gandi", resource) for resource in ("volumes", "key_pairs")),
    ("opennebula", "volumes"),
}
READ = [case for case in CASES if WORDS[case[1]] in EVIDENCE[case[0]].listed.split()] + STORED


def shown_lists(name, resource):
    """The number of each reply and its list of objects that are records; and the records."""
    bodies, records = recorded_bodies(name, resource)
    found = [
        (at, one)
        for at, body in bodies.items()
        for one in lists_in(body)
        if any(is_shown(item, records) for item in one.items)
    ]
    return found, records


@pytest.mark.parametrize(("name", "resource"), READ)
def test_one_odd_object_loses_no_other(name, resource):
    lists, records = shown_lists(name, resource)
    if not lists or (name, resource) in LOST:
        assert (name, resource) in {*LOST, *MADE_BY_LIBCLOUD, *BY_OTHER_WORDS}
        return
    healthy = {record.external_id for record in records}
    for number, one in lists:
        text = one.text([*damages(one.items[0]), *one.items])
        found = read_with(name, resource, instead(number, text))

        assert healthy <= {record.external_id for record in found if record.problem is None}
        marked = [record for record in found if record.problem]
        assert marked or isinstance(one.holder, ET.Element)  # in XML an absent text is none


# The first place of these in this reply is where the field of an object is, and of no other object.
FIELDS = [
    ("ec2", "locations", 0, "{}>", ("zoneName", "zoneState", "regionName")),
    ("gandi", "virtual_machines", 0, "<name>{}</name>", ("id", "hostname", "state")),
    ("gandi", "images", 0, "<name>{}</name>", ("disk_id", "label")),
    ("gandi", "locations", 0, "<name>{}</name>", ("id", "country")),
    ("gandi", "volumes", 0, "<name>{}</name>", ("id", "name", "size")),
    ("gandi", "key_pairs", 0, "<name>{}</name>", ("id", "name", "fingerprint")),
    ("ktucloud", "sizes", 0, '"{}":', ("diskofferingdesc", "serviceofferingid", "zoneid")),
    ("ktucloud", "images", 0, '"{}":', ("templateid", "templatedesc", "zoneid")),
    ("opennebula", "virtual_machines", 1, "{}>", ("ID", "NAME", "STATE")),
    ("opennebula", "images", 1, "{}>", ("ID", "NAME")),
    ("opennebula", "volumes", 1, "{}>", ("ID", "NAME", "SIZE")),
]


@pytest.mark.parametrize(("name", "resource", "number", "form", "fields"), FIELDS)
def test_a_field_that_is_missing_loses_no_more_than_its_object(
    name, resource, number, form, fields
):
    bodies, records = recorded_bodies(name, resource)
    for field in fields:
        word = form.format(field)
        assert word in bodies[number]
        times = 2 if form == "{}>" else 1
        text = bodies[number].replace(word, form.format(f"x{field}"), times)
        found = read_with(name, resource, instead(number, text))

        assert len(found) == len(records)
        assert len({*found} - {*records}) <= 1


ACTED_ON = [("vultr", "volumes"), ("vultr", "key_pairs"), ("openstack", "snapshots")]


@pytest.mark.parametrize(("name", "resource"), ACTED_ON)
def test_an_object_that_cannot_be_read_is_not_acted_on(name, resource):
    """It is shown under its id; what is meant is not known."""
    [(number, one)], _records = shown_lists(name, resource)
    changes = [instead(number, one.text([*one.items, odd])) for odd in damages(one.items[0])]
    change, marked = next(
        (change, record)
        for change in changes
        for record in read_with(name, resource, change)
        if record.problem and record.external_id
    )

    with recorded(name) as (cloud, replies):
        deeds, plain = deeds_of(replies), replies.answer

        def answer(request):
            status, body, *others = plain(request)
            return status, change(len(replies.asked) - 1, body), *others

        replies.answer = answer
        with pytest.raises(ProviderError) as caught:
            cloud.do(resource, "delete", marked.external_id)

    assert (caught.value.code, deeds) == (ProviderErrorCode.PROVIDER_ERROR, [])
