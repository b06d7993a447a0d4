"""Kinds are found by themselves."""

import pytest

from inventory.providers import Capability, UnknownKind, all_kinds, get_kind


def test_kinds_are_found_and_ordered_by_slug():
    slugs = [kind.slug for kind in all_kinds()]

    assert {"aws", "simulator"} <= set(slugs)
    assert slugs == sorted(slugs)


def test_a_kind_is_got_by_its_slug():
    assert get_kind("aws").label == "Amazon Web Services"


@pytest.mark.parametrize("slug", ["", "AWS", "adapter", "nosuch"])
def test_an_unknown_slug_is_told(slug):
    with pytest.raises(UnknownKind) as caught:
        get_kind(slug)

    assert caught.value.args == (slug,)


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.slug)
def test_a_form_can_be_drawn_of_every_kind(kind):
    for field in kind.credentials:
        assert field.label
        assert field.help.endswith(".")
        assert field.type in (str, int, float, bool)


def test_every_capability_says_what_it_means():
    for capability in Capability:
        assert capability == capability.name
        assert capability.meaning.endswith(".")
