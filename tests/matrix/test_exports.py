"""Every export × every persona: a persona that cannot list an object cannot export it."""

import csv
import io
import json

import pytest
from django.utils import timezone

from gateway.core.accounts.credential import Credential, Scope, attach_credential
from gateway.core.graphql.context import Context
from gateway.exports.export import ExportError
from gateway.exports.names import exportables
from tests.gateway.exports.client import exported
from tests.inventory.resources.names import RESOURCES, plural
from tests.matrix.people import Who

LISTS = [one for one in exportables().values() if not one.is_aggregate]
AGGREGATES = [one for one in exportables().values() if one.is_aggregate]
NOBODYS = frozenset({"none"})


def test_every_list_of_a_resource_can_be_exported_and_its_aggregate():
    named = {plural(one) for one in RESOURCES if one.has_root_list}
    assert {one.name for one in LISTS} == named
    assert {one.name for one in AGGREGATES} == {f"{name}Aggregate" for name in named}
    assert len(named) >= 8


def contexts(world, who, credential):
    def make():
        user = world.people[who]
        if user.is_authenticated:
            user = type(user).objects.get(pk=user.pk)
        if credential is not None:
            attach_credential(user, credential)
        return Context(user, "192.0.2.1")

    return make


def credentials(world, who):
    """A session; a token that only reads; one for other providers; one for this provider alone."""
    if who not in {Who.OWNER, Who.SUPERUSER}:
        return [None]
    own = frozenset(world.own.ids[name] for name in ("Provider", "Engine", "Host"))
    return [
        None,
        Credential("api_token", "1", Scope.READ),
        Credential("api_token", "1", Scope.READ, NOBODYS),
        Credential("api_token", "1", Scope.READ, own),
    ]


def listed(world, who, what, credential, **variables):
    query = f"""query ($at: DateTime, $maxAge: Int) {{ list: {what.field}(
        first: 1000, maxAge: $maxAge, at: $at) {{ nodes {{ id }} }} }}"""
    answer = world.ask(who, query, credential=credential, **variables)
    assert answer["errors"] == []
    return [node["id"] for node in answer["data"]["list"]["nodes"]]


def rows_of(contexts, name, form, **parameters):
    data, export = exported(contexts, name, form, **parameters)
    assert export.summary.is_whole
    if form == "csv":
        return list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    *rows, trailer = map(json.loads, data.splitlines())
    assert trailer["export"]["rows"] == len(rows)
    return rows


def test_an_export_has_what_the_list_shows_to_the_same_person(world):
    for what in LISTS:
        seen = {}
        for who in Who:
            for number, credential in enumerate(credentials(world, who)):
                made = contexts(world, who, credential)
                if who is Who.NOBODY:
                    with pytest.raises(ExportError) as refused:
                        exported(made, what.name, "jsonl", maxAge="3600")
                    assert refused.value.code == "UNAUTHENTICATED"
                    continue
                expected = listed(world, who, what, credential, maxAge=3600)
                for form in ("csv", "jsonl") if who is Who.OWNER else ("jsonl",):
                    rows = rows_of(made, what.name, form, maxAge="3600")
                    assert [row["id"] for row in rows] == expected, (what.name, who, number)
                seen[who, number] = len(expected)
                if credential is not None:
                    continue
                then = timezone.now().isoformat()
                past = rows_of(made, what.name, "jsonl", at=then)
                known = listed(world, who, what, credential, at=then)
                assert [row["id"] for row in past] == known
        assert seen[Who.SUPERUSER, 0] > seen[Who.OWNER, 0] > 0, what.name
        if what.name != "repositories":  # one that the owner added has no provider to share
            assert seen[Who.VIEWER, 0] == seen[Who.OWNER, 1] == seen[Who.OWNER, 0], what.name
        assert seen[Who.OWNER, 2] == 0
        assert seen[Who.OWNER, 3] > 0


def test_an_aggregate_counts_what_the_same_person_can_list(world):
    for what in AGGREGATES:
        name = what.name.removesuffix("Aggregate")
        for who in (Who.STRANGER, Who.OWNER, Who.SUPERUSER):
            for credential in credentials(world, who):
                made = contexts(world, who, credential)
                count = len(rows_of(made, name, "jsonl", maxAge="3600", fields="id"))
                [totals] = rows_of(made, what.name, "jsonl", maxAge="3600")
                by_region = [{"field": "REGION"}]
                groups = rows_of(made, what.name, "jsonl", maxAge="3600", groupBy=by_region)
                assert totals["count"] == count, (what.name, who)
                assert sum(group["count"] for group in groups) == count
