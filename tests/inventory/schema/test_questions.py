"""The queries of docs/questions.md, as printed."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from inventory.live.store import store_listing
from inventory.models import Source
from inventory.records.image import ImageRecord
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator

TEXT = Path(__file__).parents[3].joinpath("docs", "questions.md").read_text(encoding="utf-8")
QUESTION = re.compile(r"^## ([^\n]+\?)\n\n```graphql\n(.+?)```", re.DOTALL | re.MULTILINE)
QUESTIONS = dict(QUESTION.findall(TEXT))
DAY = timedelta(days=1)


def machine(name, state="RUNNING", price=None, **tags):
    return MachineRecord(
        external_id=name,
        name=name,
        state=MachineState[state],
        raw_state="up",
        vcpus=2,
        price_per_hour=price and Decimal(price),
        tags=tuple(tags.items()),
    )


@pytest.fixture
def asked(ask, user, settings):
    """The answer to a question, by its beginning, of two clouds that were read now."""
    settings.LIVE_MAX_AGE = 3600
    now = timezone.now()
    old = [machine("web-1", price="0.2", owner="ann", team="shop", env="prod")]
    old += [machine("off", "STOPPED", "0.1", team="shop"), machine("gone", "TERMINATED", "9")]
    for name, machines in (("red", old), ("blue", [machine("db", team="data", owner="bob")])):
        source = machine_source(make_simulator(user, name=name, machines=0))
        for days in (20, 0):
            more = [machine("web-2", price="0.4", env="prod")] if name == "red" and not days else []
            store_listing(source.pk, [*machines, *more], started_at=now - days * DAY)

    def answered(question, **variables):
        [query] = [text for title, text in QUESTIONS.items() if title.startswith(question)]
        (answer,) = ask(query, **variables).data.values()
        if isinstance(answer, dict):
            assert answer.get("complete", True) is True
        return answer

    return answered


def names(answer):
    return sorted(node["name"] for node in answer["nodes"])


def counts(answer):
    return {
        tuple(key.get("label") or key["value"] for key in group["keys"]): group["measures"]["count"]
        for group in answer["groups"]
    }


def test_running_machines_per_provider_and_region(asked):
    answer = asked("How many machines run")

    assert counts(answer) == {("red", "sim-1"): 2, ("blue", "sim-1"): 1}
    assert answer["totals"] == {"count": 3, "vcpus": 6, "memory": None}
    assert len(answer["sources"]) == 2


def test_monthly_cost_per_team(asked):
    answer = asked("What does each team cost")

    shown = [(group["keys"][0]["value"], group["measures"]) for group in answer["groups"]]
    assert shown == [
        (None, {"count": 1, "monthlyCost": 292.0, "unpriced": 0}),
        ("shop", {"count": 2, "monthlyCost": 146.0, "unpriced": 0}),  # one is stopped
        ("data", {"count": 1, "monthlyCost": None, "unpriced": 1}),
    ]
    assert answer["totals"] == {"count": 4, "monthlyCost": 438.0, "unpriced": 1}


def test_what_changed(asked):
    answer = asked("What changed", since=(timezone.now() - DAY).isoformat())

    shown = [(one["target"]["name"], one["type"], one["after"]) for one in answer["nodes"]]
    assert shown == [("web-2", "VIRTUAL_MACHINE", "RUNNING")]
    assert answer["totalCount"] == 1


def test_what_is_different(asked):
    answer = asked("What is different", yesterday=(timezone.now() - DAY).isoformat())

    shown = [(one["kind"], one["before"], one["after"]["name"]) for one in answer["nodes"]]
    assert shown == [("ADDED", None, "web-2")]
    assert (answer["added"], answer["removed"], answer["changed"]) == (1, 0, 0)


def test_how_many_ran_then(asked):
    answer = asked("How many machines ran", monday=(timezone.now() - 10 * DAY).isoformat())

    assert counts(answer) == {("red", "shop"): 1, ("blue", "data"): 1}
    assert answer["totals"]["count"] == 2


def test_machines_without_an_owner(asked):
    assert names(asked("Which machines have no owner")) == ["off", "web-2"]


def test_stopped_for_long(asked):
    days = timezone.now() - 10 * DAY
    assert names(asked("Which machines have been stopped", before=days.isoformat())) == ["off"]
    days = timezone.now() - 30 * DAY
    assert names(asked("Which machines have been stopped", before=days.isoformat())) == []


def test_the_most_expensive(asked):
    answer = asked("Which are the ten most expensive")

    assert [node["name"] for node in answer["nodes"]] == [
        "web-2",
        "web-1",
        "db",
    ]  # whose price is unknown


def test_the_values_of_fields_and_tags(asked):
    assert asked("Which values")["facets"] == [
        {
            "name": "STATE",
            "valueCount": 1,
            "values": [{"value": "RUNNING", "label": "RUNNING", "count": 2}],
        },
        {
            "name": "env",
            "valueCount": 1,
            "values": [{"value": "prod", "label": "prod", "count": 2}],
        },
    ]


def test_every_question_is_tried_here():
    assert len(QUESTIONS) == 11


def test_objects_of_all_types_by_a_word(asked):
    found = asked("Which objects of any type")

    assert found["totalCount"] == len(found["nodes"])
    machines = [one for one in found["nodes"] if one["__typename"] == "VirtualMachine"]
    assert [(one["name"], one["provider"]["name"]) for one in machines] == [
        ("web-1", "red"),
        ("web-2", "red"),
    ]
    assert {"key": "owner", "value": "ann"} in machines[0]["tags"]
    assert "SecurityGroup" in {one["__typename"] for one in found["nodes"]}


def test_images_by_their_age(asked):
    source = Source.objects.get(resource="images", provider__name="red")
    records = [
        ImageRecord("img-old", "old", own=True, created_at=datetime(2024, 1, 1, tzinfo=UTC)),
        ImageRecord("img-new", "new", own=True, created_at=datetime(2026, 1, 1, tzinfo=UTC)),
        ImageRecord("img-public", "public", own=False, created_at=datetime(2024, 1, 1, tzinfo=UTC)),
    ]
    store_listing(source.pk, records, started_at=timezone.now())

    found = asked("Which images are older", before="2025-11-29T00:00:00Z")

    assert [(one["name"], one["provider"]["name"]) for one in found["nodes"]] == [("old", "red")]
