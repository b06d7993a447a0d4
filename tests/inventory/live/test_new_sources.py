"""A provider that was connected before its kind listed something gets the sources of it."""

import pytest

from inventory.live.api import sources_complete
from inventory.models import Provider, Source
from tests.inventory.factories import make_simulator

pytestmark = pytest.mark.django_db


def test_what_a_kind_lists_by_now_is_added():
    older = make_simulator(regions=["sim-1", "sim-2"])
    make_simulator()
    Source.objects.filter(provider=older, resource="volumes").delete()
    before = set(Source.objects.values_list("pk", flat=True))

    assert sources_complete() == 1
    added = Source.objects.exclude(pk__in=before)
    assert {(one.provider_id, one.region, one.resource) for one in added} == {
        (older.pk, "sim-1", "volumes"),
        (older.pk, "sim-2", "volumes"),
    }
    assert sources_complete() == 0


def test_a_provider_whose_kind_is_not_installed_is_left_alone():
    provider = make_simulator()
    Source.objects.filter(provider=provider).delete()
    Provider.objects.update(kind_slug="uninstalled")

    assert sources_complete() == 0
