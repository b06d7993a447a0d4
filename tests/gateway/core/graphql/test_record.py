from types import SimpleNamespace

import pytest

from gateway.core.graphql.record import Record
from gateway.core.ids import split_id
from gateway.schema import schema

RECORDS = {"AuditEvent", "Change", "JobEvent", "MachineChange", "ScheduleRun", "WebhookDelivery"}


def test_every_entry_of_a_history_is_a_record():
    assert {one.__name__ for one in Record.__subclasses__()} == RECORDS


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_its_id_names_the_type_and_the_row(name):
    field = schema.graphql_schema.type_map[name].fields["id"]

    assert str(field.type) == "ID!"
    assert split_id(field.resolve(SimpleNamespace(pk=5), None)) == (name, "5")
