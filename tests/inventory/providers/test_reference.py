"""docs/providers.md matches the declarations."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command

from inventory.providers import all_kinds, shipped
from tests.clouds.example_kind import example_cloud

PAGE = Path(__file__).parents[3] / "docs" / "providers.md"
SHIPPED = [kind for kind in all_kinds() if shipped(kind)]


def test_the_page_is_what_make_providers_writes():
    written = io.StringIO()
    call_command("providers_reference", stdout=written)

    assert written.getvalue() == PAGE.read_text(encoding="utf-8"), "run `make providers`"


@pytest.mark.parametrize("kind", SHIPPED, ids=lambda kind: kind.slug)
def test_every_kind_says_what_it_needs_and_what_it_cannot_do(kind):
    assert kind.permissions
    assert kind.limits
    assert all(limit.endswith(".") for limit in kind.limits)
    text = PAGE.read_text(encoding="utf-8")
    for field in kind.credentials:
        assert f"| `{field.name}` |" in text
    for limit in kind.limits:
        assert limit in text


def test_the_example_on_the_page_is_the_one_that_is_tested():
    text = PAGE.read_text(encoding="utf-8")

    for line in ('slug="example"', 'example = "example_cloud:KIND"', 'default_regions=("one",)'):
        assert line in text
    assert example_cloud.KIND.slug == "example"
