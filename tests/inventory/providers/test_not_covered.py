"""Each kind says which machines of an account its list does not show."""

import pytest

from inventory.providers import all_kinds, get_kind, shipped
from inventory.providers.reference import reference
from tests.inventory.providers.contract.backends import OnDigitalOcean

KINDS = [kind.slug for kind in all_kinds() if shipped(kind)]


@pytest.mark.parametrize("slug", KINDS)
def test_a_kind_says_what_its_list_does_not_show(slug):
    kind = get_kind(slug)

    assert kind.not_covered
    text = reference([kind])
    for sentence in kind.not_covered:
        assert sentence.endswith(".")
        assert f"- {sentence}\n" in text


def test_droplets_with_gpus_are_listed_too(request):
    """The API lists them only to a request with the parameter ``type``."""
    account = OnDigitalOcean(request)
    account.cloud.add(3)
    account.cloud.droplets[-1]["size_slug"] = "gpu-h100x1-80gb"
    with account.connect() as cloud:
        names = [machine.name for machine in cloud.read("virtual_machines")]

    assert "more-2" in names
    assert len(names) == len(set(names)) == len(account.cloud.droplets)
