"""A provider that is older than a list of its kind gets the sources of that list."""

from importlib import import_module

import pytest
from django.apps import apps

from inventory.live.api import sources_complete
from inventory.models import Provider, Source
from tests.inventory.factories import make_simulator

pytestmark = pytest.mark.django_db


MIGRATION = import_module("inventory.migrations.0013_sources_of_new_resources")


def migrated():
    MIGRATION.add_sources(apps, None)
    return 1


@pytest.mark.parametrize("complete", [sources_complete, migrated], ids=["hourly", "at once"])
def test_what_a_kind_lists_by_now_is_added(complete):
    """The migration adds it with the release, the hourly task whenever a package brings it."""
    older = make_simulator(regions=["sim-1", "sim-2"])
    make_simulator()
    Source.objects.filter(provider=older, resource="volumes").delete()
    before = set(Source.objects.values_list("pk", flat=True))

    assert complete() == 1
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

    migrated()
    assert not Source.objects.exists()
    assert sources_complete() == 0
