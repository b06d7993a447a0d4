"""Kinds are discovered without a list."""

import ast
import inspect
import subprocess
import sys
from collections import defaultdict

import pytest

from inventory.providers import Capability, CredentialProblem, UnknownKind, all_kinds, get_kind


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


@pytest.mark.parametrize("slug", ["azure", "digitalocean", "google", "libvirt", "linode"])
def test_a_cloud_that_lists_an_account_at_once_has_one_region(slug):
    kind = get_kind(slug)

    assert kind.clean_regions(None, {}) == ["global"]
    assert kind.clean_regions(["all"], {}) == ["global"]
    with pytest.raises(CredentialProblem, match="there are global"):
        kind.clean_regions(["us-east-1"], {})


def test_every_capability_says_what_it_means():
    for capability in Capability:
        assert capability == capability.name
        assert capability.meaning.endswith(".")


def test_no_kinds_driver_is_imported_before_an_account_of_it_is_asked():
    """Most gateways use one or two of a dozen drivers, and Google's and Azure's are large."""
    ask = (
        "import django, sys; django.setup();"
        "from inventory.providers import all_kinds; all_kinds();"
        "print([name for name in sys.modules if name.startswith('inventory.providers.')"
        " and name.endswith('.driver')])"
    )
    found = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", ask],
        env={"DJANGO_SETTINGS_MODULE": "gateway.settings", "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    # EC2's and the simulator's are what their declarations are made of.
    drivers = {"inventory.providers.ec2.driver", "inventory.providers.simulator.driver"}
    assert set(ast.literal_eval(found.stdout)) == drivers


def test_kinds_that_do_the_same_take_the_same_options():
    """A caller passes what one of them takes to all of them."""
    options = defaultdict(dict)
    for kind in all_kinds():
        for key, function in kind.table.functions.items():
            named = inspect.signature(function).parameters.values()
            options[key][kind.slug] = {one.name for one in named if one.kind is one.KEYWORD_ONLY}

    different = {key: by_kind for key, by_kind in options.items() if differ(by_kind)}

    assert ("objects", "sign_upload") in options
    assert different == {}


def differ(by_kind):
    return any(names != next(iter(by_kind.values())) for names in by_kind.values())
