"""An answer of few bytes and many values is refused before it is parsed."""

import json
import tracemalloc

import pytest
from libcloud.common.types import MalformedResponseError

from inventory.imports.clouds.texts import parse_yaml
from inventory.imports.documents import read_documents
from inventory.imports.errors import ImportFailed
from inventory.providers import ProviderError, ProviderErrorCode, value_limits
from inventory.providers.failure_messages import NOT_XML
from inventory.providers.libvirt import xdr
from inventory.providers.markup import parsed
from tests.clouds.static_ec2 import reply, static_ec2
from tests.inventory.providers.test_transport import bound

MANY = 1_000_001
# Made when they are asked for: every process of a run imports this file.
JSON = {
    "empty lists": lambda: "[" + "[]," * MANY + "[]]",
    "lists of one": lambda: "[" + "[0]," * MANY + "0]",
    "objects": lambda: "[" + '{"":0},' * MANY + "0]",
    "texts": lambda: "[" + '"é",' * (2 * MANY) + "0]",
    "keys": lambda: "{" + ",".join(f'"{number}":0' for number in range(MANY)) + "}",
}
XML = {
    "elements": lambda: f"<a>{'<a/>' * MANY}</a>",
    "texts": lambda: f"<a>{'<a/>x' * MANY}</a>",
    "attributes": lambda: "<a>" + '<a b="x"/>' * (MANY // 2 + 1) + "</a>",
}


@pytest.mark.parametrize("form", JSON)
def test_json_of_many_values_is_refused(form):
    with static_ec2(reply(JSON[form]())) as server, bound(server, 60) as driver:
        with pytest.raises(ProviderError, match="over 2,000,000 brackets") as caught:
            driver.ask()

    assert caught.value.code is ProviderErrorCode.PROVIDER_ERROR


@pytest.mark.parametrize("form", XML)
def test_xml_of_many_values_is_refused(form):
    text = XML[form]()
    tracemalloc.start()
    with pytest.raises(MalformedResponseError, match="over 1,000,000 tags"):
        parsed(text.encode())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 3 * len(text)  # nothing but the body


@pytest.mark.parametrize("encoding", ["utf-7", "cp037", "iso2022_jp", "hz"])
def test_xml_in_an_encoding_that_hides_its_marks_is_not_read(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?><a/>'

    with pytest.raises(MalformedResponseError, match=NOT_XML):
        parsed(text.encode("cp037" if encoding == "cp037" else "ascii"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "us-ascii"])
def test_xml_in_a_plain_encoding_is_read(encoding):
    declared = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?><a>b</a>'

    assert parsed(text.encode(encoding)).text == "b"


def test_as_many_values_as_are_allowed_are_read():
    body = json.dumps(["x"] * 1_999_999)
    assert value_limits.json_marks(body.encode()) == 1_999_999
    with static_ec2(reply(body)) as server, bound(server, 60) as driver:
        assert driver.ask() == body

    assert len(parsed(f"<a>{'<b/>' * 999_000}</a>")) == 999_000


def items(count):
    return xdr.Reader(xdr.array([xdr.uint(7)] * count))


def test_lists_of_a_daemon_are_bounded_together():
    assert len(items(xdr.MOST_ITEMS).array(xdr.Reader.uint)) == xdr.MOST_ITEMS

    with pytest.raises(MalformedResponseError, match="over 65,536 items"):
        items(xdr.MOST_ITEMS + 1).array(xdr.Reader.uint)


def test_nested_lists_of_a_daemon_are_bounded_together():
    inner = xdr.array([xdr.uint(7)] * 1_000)
    with pytest.raises(MalformedResponseError, match="over 65,536 items"):
        xdr.Reader(xdr.array([inner] * 100)).array(lambda one: one.array(xdr.Reader.uint))


def test_an_imported_document_of_many_values_is_refused(tmp_path):
    path = tmp_path / "many.json"
    path.write_text(JSON["empty lists"]())
    with pytest.raises(ImportFailed, match="too many values: over 2,000,000 brackets"):
        list(read_documents(str(path), standard_input=None))


YAML = {
    "lists of aliases": "a0: &a0 [x, x]\n"
    + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 30)),
    "merged mappings": "a0: &a0 {k: x}\n"
    + "".join(f"a{n}: &a{n}\n  <<: [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 30)),
    "an alias of what it is in": "a: &a [*a]\n",
}


@pytest.mark.parametrize("form", YAML)
def test_yaml_whose_aliases_stand_for_many_values_is_refused(form):
    with pytest.raises(ImportFailed, match="more than 100,000 values"):
        parse_yaml(YAML[form], origin="clouds.yaml")


def test_yaml_with_a_few_aliases_is_read():
    text = "a: &a {k: x}\nb: {<<: *a, l: y}\nc: [*a, *a]\n"

    assert parse_yaml(text, origin="clouds.yaml") == {
        "a": {"k": "x"},
        "b": {"k": "x", "l": "y"},
        "c": [{"k": "x"}, {"k": "x"}],
    }
