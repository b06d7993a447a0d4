"""Recorded replies with other objects in them, for each list of each driver."""

import copy
import json
from contextlib import suppress
from xml.etree import ElementTree as ET

from inventory.providers.libcloud.entries import fields_of
from inventory.providers.libcloud.offered import ROWS
from inventory.providers.libcloud.storage_offered import STORAGE
from tests.inventory.providers.libcloud.recorded import recorded

WORDS = {"virtual_machines": "list", "sizes": "sizes", "images": "images", "locations": "locations"}
CASES = [
    (row.name, resource)
    for row in ROWS
    for resource, word in WORDS.items()
    if word in row.can.split()
]
# Lists of storage that the recorded replies show.
STORED = [
    (name, resource)
    for name, row in STORAGE.items()
    for resource in ("volumes", "snapshots", "key_pairs")
    if resource in row.can.split() and resource not in row.unshown.split()
]
DEEPEST = 4
# Fields that are an id of an object, at one driver or another.
IDS = frozenset(
    (
        *("id", "uuid", "uid", "Id", "ID", "InstanceId", "instanceId", "identifier", "imageId"),
        *("object_uuid", "order_oid", "slug", "name", "code", "pricing_plan_code", "distro_code"),
        *("RegionId", "InstanceTypeId", "ZoneName", "zoneName"),
        *("volumeId", "snapshotId", "keyName", "DiskId"),
    )
)


def read_with(name, resource, change, watch=None):
    """The records. ``change(number, body)`` makes the body of each reply from the recorded one."""
    with recorded(name) as (cloud, replies):
        plain = replies.answer

        def answer(request):
            try:
                status, body, *others = plain(request)
            except AttributeError:  # of an object that is not recorded
                return 404, "{}", {}, "Not Found"
            text = body.decode() if isinstance(body, bytes) else (body or "")
            return status, change(len(replies.asked) - 1, text), *others

        replies.answer = answer
        if watch is None:
            return cloud.read(resource)
        with watch:
            return cloud.read(resource)


def instead(number, text):
    """A change of the reply of this number."""
    return lambda at, body: text if at == number else body


def recorded_bodies(name, resource):
    """The replies to a list, and its records."""
    bodies = {}
    records = read_with(name, resource, bodies.setdefault)
    return bodies, records


class List:
    """The objects of a list in a document of JSON or XML."""

    def __init__(self, document, holder, name, items):
        self.document, self.holder, self.name, self.items = document, holder, name, items

    def text(self, items):
        """The document with these items in the place of its own."""
        if isinstance(self.holder, ET.Element):
            for one in self.items:
                self.holder.remove(one)
            self.holder.extend(items)
            text = ET.tostring(self.document, encoding="unicode")
            for one in items:
                self.holder.remove(one)
            self.holder.extend(self.items)
            return text
        if self.holder is None:
            return json.dumps(items)
        as_before = self.holder[self.name]
        is_dict = isinstance(as_before, dict)
        self.holder[self.name] = dict(enumerate(items)) if is_dict else items
        text = json.dumps(self.document)
        self.holder[self.name] = as_before
        return text


def lists_in(body):
    with suppress(ValueError):
        document = json.loads(body)
        return [List(document, *one) for one in _of_json(document)]
    with suppress(ET.ParseError):
        document = ET.fromstring(body)  # noqa: S314 - libcloud's recordings
        return [List(document, *one) for one in _of_xml(document)]
    return []


def _of_json(value, holder=None, name="", depth=0):
    if isinstance(value, list):
        if value and all(isinstance(one, dict) for one in value):
            yield holder, name, value
    elif isinstance(value, dict) and depth < DEEPEST:
        if (
            depth
            and value
            and all(isinstance(one, dict) and len(one) > 1 for one in value.values())
        ):
            yield holder, name, [*value.values()]
        for key, one in value.items():
            yield from _of_json(one, value, key, depth + 1)


def _of_xml(document):
    """Elements whose children have one name, and children of their own."""
    for holder in document.iter():
        tags = {one.tag for one in holder}
        items = [one for one in holder if len(one) or one.attrib]
        if len(tags) == 1 and items == [*holder]:
            yield holder, "", items


def is_shown(item, records):
    """True if one of the records is of this object."""
    ids = {record.external_id for record in records}
    return any(value in ids for name, value in fields_of(item) if name in IDS)


def copied(item, number):
    """The same under another id."""
    found = copy.deepcopy(item)
    if isinstance(found, ET.Element):
        for one in found.iter():
            tag = one.tag.rpartition("}")[2]
            if tag in IDS and one.text:
                one.text = f"{one.text}-{number}"
            if "id" in one.attrib:
                one.attrib["id"] += f"-{number}"
        return found
    for one in [found, *(inner for inner in found.values() if isinstance(inner, dict))]:
        for key in IDS & one.keys():
            value = one[key]
            one[key] = value * 1000 + number if isinstance(value, int) else f"{value}-{number}"
    return found


def damages(item):
    """The object in many ways that no documentation has, each under an id of its own."""
    if isinstance(item, ET.Element):
        for name in item.attrib:
            lacking = copied(item, f"of-{name}")
            del lacking.attrib[name]
            yield lacking
        for at in range(len(item)):
            lacking, empty = copied(item, 2 * at), copied(item, 2 * at + 1)
            lacking.remove(lacking[at])
            empty[at].text = None
            for one in [*empty[at]]:
                empty[at].remove(one)
            yield from (lacking, empty)
        return
    yield from (None, "x", 7, [])
    wrong = (None, 7, "x", [], {})
    for number, key in enumerate(item):
        lacking, other = copied(item, 2 * number), copied(item, 2 * number + 1)
        del lacking[key]
        other[key] = wrong[number % len(wrong)]
        yield from (lacking, other)
