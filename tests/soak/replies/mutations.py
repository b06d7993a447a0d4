"""Single changes of a JSON or XML document: a field dropped, nulled, or of another type."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

DROPPED = object()
# Values that replace a field, by the type that it has.
OTHERS = {
    str: (None, "", 17, {"a": 1}, [None], "not what it was"),
    bool: (None, "yes", [], {}),
    int: (None, -1, "17", 1.5, [], {}, 10**30),
    float: (None, -1.5, "x", [], {}),
    list: (None, {}, "a text", [None], [17, "a", []], 3),
    dict: (None, [], "a text", 3, [{}]),
    type(None): (3, "a text", [], {}),
}


@dataclass(frozen=True)
class Mutation:
    """``path``: names and positions. ``is_inside``: within an object of a list."""

    path: tuple[Any, ...]
    value: Any
    is_inside: bool

    def __str__(self):
        shown = "dropped" if self.value is DROPPED else repr(self.value)
        return f"{'.'.join(map(str, self.path))} = {shown}"

    def applied(self, document):
        """A copy of the document with the change."""
        changed = copy.deepcopy(document)
        if not self.path:
            return self.value
        *parents, last = self.path
        place = changed
        for name in parents:
            place = place[name]
        if self.value is DROPPED:
            del place[last]
        else:
            place[last] = self.value
        return changed


def mutations_of(document, *, is_object=False) -> Iterator[Mutation]:
    """``is_object``: the document is one object, not a list of them."""
    for path, value in _walk(document, ()):
        inside = is_object or any(isinstance(name, int) for name in path)
        if path and not isinstance(path[-1], int):
            yield Mutation(path, DROPPED, inside)
        for other in OTHERS[type(value)]:
            yield Mutation(path, other, inside)


def _walk(value, path) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every place of a document. Only the first two items of a long list count."""
    if path:
        yield path, value
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _walk(part, (*path, name))
    elif isinstance(value, list):
        for number, part in enumerate(value[:2]):
            yield from _walk(part, (*path, number))


XML_TEXTS = ("", "not what it was", "-1", "9" * 30, "<&>\u2028")


@dataclass(frozen=True)
class XmlMutation:
    """``number``: the element's, in the order of the document. ``attribute``: None is its text."""

    number: int
    attribute: str | None
    value: Any
    name: str

    def __str__(self):
        shown = "dropped" if self.value is DROPPED else repr(self.value)
        return f"{self.name}{'@' + self.attribute if self.attribute else ''} = {shown}"

    def applied(self, text: str) -> str:
        root = etree.fromstring(text.encode())
        element = list(root.iter("*"))[self.number]
        if self.attribute is not None:
            if self.value is DROPPED:
                del element.attrib[self.attribute]
            else:
                element.set(self.attribute, self.value)
        elif self.value is DROPPED:
            element.getparent().remove(element)
        else:
            for child in list(element):
                element.remove(child)
            element.text = self.value
        return etree.tostring(root, encoding="unicode")


def xml_mutations_of(text: str, *, below: str | None = None) -> Iterator[XmlMutation]:
    """``below``: the local name of the elements within which changes are made; None: anywhere."""
    for number, element in enumerate(etree.fromstring(text.encode()).iter("*")):
        above = [etree.QName(one).localname for one in element.iterancestors()]
        if not above or (below is not None and below not in above):
            continue
        name = etree.QName(element).localname
        yield XmlMutation(number, None, DROPPED, name)
        for value in XML_TEXTS:
            yield XmlMutation(number, None, value, name)
        for attribute in element.attrib:
            yield XmlMutation(number, attribute, DROPPED, name)
            for value in XML_TEXTS:
                yield XmlMutation(number, attribute, value, name)
