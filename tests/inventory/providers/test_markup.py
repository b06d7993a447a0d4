"""XML of others: a text of any length, no entity, no document type in a document without limits."""

import contextlib

import pytest
from libcloud.common.types import MalformedResponseError

from inventory.live.bounds import bounded
from inventory.models import VirtualMachine
from inventory.providers.failure_messages import NOT_XML, TOO_LARGE_TEXT
from inventory.providers.markup import parsed
from tests.clouds.static_ec2 import instance_xml, instances_xml, reply, static_ec2

LARGE = 10_000_001  # libxml2 limits one text to 10,000,000 bytes
FILLER = "x" * LARGE


def refused(document):
    with pytest.raises(MalformedResponseError) as caught:
        parsed(document)
    return caught.value.value


def test_a_text_of_more_than_ten_megabytes_is_read():
    root = parsed(f"<a><b>{FILLER}</b><c>1</c></a>")

    assert len(root.findtext("b")) == LARGE
    assert root.findtext("c") == "1"


def test_a_large_attribute_and_a_deep_document_are_read():
    assert len(parsed(f'<a b="{FILLER}"/>').get("b")) == LARGE
    assert parsed("<a>" * 300 + "</a>" * 300).tag == "a"


@pytest.mark.parametrize(
    "declared",
    [
        "<!DOCTYPE a>",
        '<!DOCTYPE a [<!ENTITY e "x">]>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE a [<!ATTLIST a b CDATA "x">]>',
    ],
)
def test_a_large_document_with_a_document_type_is_refused(declared):
    assert refused(f"{declared}<a>{FILLER}</a>") == TOO_LARGE_TEXT


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-7"])
def test_a_large_document_in_another_encoding_is_refused(encoding):
    """The check for a document type could not read it."""
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a><a>{FILLER}</a>'

    assert refused(text.encode(encoding)) in {TOO_LARGE_TEXT, NOT_XML}


def test_an_entity_is_not_expanded():
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<!DOCTYPE a [<!ENTITY e0 "0123456789">{entities}]><a>&e8;</a>'

    with contextlib.suppress(MalformedResponseError):  # or the document is refused
        assert len("".join(parsed(bomb).itertext())) < 1000


def test_a_large_document_that_is_no_xml_says_so():
    assert refused(f"<a>{FILLER}</b>") == NOT_XML


def test_one_large_text_damages_one_machine_of_ec2(aws_at):
    odd = instance_xml(2, tags={"Name": "Ü" * 6_000_000, "env": "prod"})
    xml = instances_xml([instance_xml(1), odd, instance_xml(3)])
    with static_ec2(reply(xml)) as server, aws_at(server.url, timeout=60) as cloud:
        machines = [bounded(VirtualMachine, one) for one in cloud.read("virtual_machines")]

    assert [one.name for one in machines if one.name.startswith("web")] == ["web-1", "web-3"]
    assert 0 < len(machines[1].name) <= 300
    assert dict(machines[1].tags)["env"] == "prod"
