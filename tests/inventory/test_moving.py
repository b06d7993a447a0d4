"""A dump of a database is loaded into another one: `dumpdata`, `migrate`, `loaddata`.

The lines of roll-ups differ between databases, and credentials are no plain text in a dump.
"""

import json
from datetime import datetime

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.serializers.base import DeserializationError
from django.db import models
from django.utils import timezone

from gateway.core.crypto import EncryptedJSONField, encrypt_json
from inventory.live.api import rollups_differing
from inventory.live.store import store_listing
from inventory.models import Credentials, MachineRollup, PastRow, VirtualMachine
from inventory.resources import resource_named
from inventory.rollups.upkeep import is_kept
from inventory.services.price_books import price_book_set
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "a-seed-that-nobody-else-has"
# As docs/deploy.md has them.
OPTIONS = ("--natural-foreign", "-e", "contenttypes", "-e", "auth.permission")


def machines(state, count=30):
    return [
        MachineRecord(
            f"i-{number}",
            "Größe",
            state,
            "up",
            size_id=f"size-{number % 3}",
            memory=512,
            tags=(("team", "ü"),),
        )
        for number in range(count)
    ]


@pytest.fixture
def provider():
    """A provider with credentials, prices, machines and their past."""
    provider = make_simulator(machines=0, seed=SECRET)
    source = machine_source(provider)
    for state in (MachineState.RUNNING, MachineState.STOPPED):
        store_listing(source.pk, machines(state), started_at=timezone.now())
    price_book_set(provider=provider, text="sizes: {size-1: 0.5 / hour}")
    return provider


def shown(value):
    if isinstance(value, datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    return value


def everything():
    """The rows of all models, without the keys of lines, which each database forms its own way.

    A dump has times to the millisecond.
    """
    own = {MachineRollup: ("id", "key")}
    return {
        model._meta.label: sorted(
            repr(
                [
                    (name, shown(value))
                    for name, value in row.items()
                    if name not in own.get(model, ())
                ]
            )
            for row in model._default_manager.values()
        )
        for model in apps.get_models()
        if model._meta.managed and model._meta.app_label not in {"contenttypes", "auth"}
    }


@pytest.fixture
def dump(tmp_path, provider):
    """A dump of everything, and what was in it; the database is empty since."""
    file = tmp_path / "gateway.json"
    call_command("dumpdata", *OPTIONS, output=str(file), verbosity=0)
    before = everything()
    call_command("flush", interactive=False, verbosity=0)
    assert not VirtualMachine.objects.exists()
    return file, before


def test_everything_is_there_again(dump):
    file, before = dump
    call_command("loaddata", str(file), verbosity=0)

    assert VirtualMachine.objects.count() == 30 < PastRow.objects.count()
    assert Credentials.objects.get().values["seed"] == SECRET
    assert everything() == before
    assert rollups_differing() == []
    assert make_simulator().pk  # new rows have keys of their own


def test_lines_of_another_database_are_counted_again(dump):
    """A line's key is a JSON text on SQLite, and a digest on PostgreSQL."""
    file, _before = dump
    rows = json.loads(file.read_text())
    for number, row in enumerate(one for one in rows if one["model"] == "inventory.machinerollup"):
        row["fields"] |= {"key": f"key-of-elsewhere-{number}", "number": 7}
    file.write_text(json.dumps(rows))
    call_command("loaddata", str(file), verbosity=0)

    assert rollups_differing() == []
    assert sum(MachineRollup.objects.values_list("number", flat=True)) == 30


def test_a_dump_that_cannot_be_loaded_leaves_the_triggers(dump):
    file, _before = dump
    rows = json.loads(file.read_text())
    [machine, *_] = [one for one in rows if one["model"] == "inventory.virtualmachine"]
    machine["fields"]["source"] = 10_000_000
    file.write_text(json.dumps(rows))

    with pytest.raises(Exception, match="foreign key"):
        call_command("loaddata", str(file), verbosity=0)
    assert not VirtualMachine.objects.exists()
    assert is_kept(resource_named("virtual_machines"))


def test_a_dump_has_no_secret_in_plain_text(dump, settings):
    file, _before = dump
    assert SECRET not in file.read_text()

    settings.CREDENTIAL_KEYS = ["Zm9yLXRlc3RzLWFuZC1mb3ItdGVzdHMtYWxvbmUtMTI="]
    with pytest.raises(DeserializationError, match="CREDENTIAL_KEYS"):
        call_command("loaddata", str(file), verbosity=0)


ENCRYPTED = [
    field
    for model in apps.get_models()
    for field in model._meta.local_fields
    if isinstance(field, EncryptedJSONField)
]


@pytest.mark.parametrize("field", ENCRYPTED, ids=str)
@pytest.mark.parametrize("value", [{"password": "p", "n": 1, "on": True}, ["a"], "text", ""])
def test_encrypted_values_keep_their_types_in_a_dump(field, value):
    row = field.model(**{field.name: value})
    written = field.value_to_string(row)

    assert "password" not in written
    assert field.to_python(written) == value
    assert field.to_python(value) == value


def test_there_are_encrypted_fields():
    assert isinstance(ENCRYPTED[0], models.TextField)
    assert encrypt_json("x") != encrypt_json("x")
