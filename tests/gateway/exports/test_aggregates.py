"""The export of an aggregate, the query of it and the roll-up agree with a count in Python.

``AGGREGATE_WORLDS=50 make test TESTS=…`` tries more random rows than `make test` does.
"""

import csv
import io
import json
import os
from collections import defaultdict
from decimal import Decimal
from itertools import product

import pytest
from graphene.utils.str_converters import to_camel_case

from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import GraphQLRequest
from gateway.core.ids import global_id
from gateway.exports.csv_format import decimal_text
from gateway.schema import executor
from inventory.resources.groups import By, group_fields, sums, tag_filter
from inventory.resources.priced import has_costs
from inventory.selectors.rollups import Answered
from tests.gateway.exports.client import exported
from tests.inventory.live.test_changes import OBSERVED
from tests.inventory.selectors.test_past import World

pytestmark = pytest.mark.django_db(transaction=True)

HOURS, MICRO = 730, 1_000_000
NO_READ = str((1 << 31) - 1)  # seconds: no cloud is asked


class Counted(World):
    """Random rows, and what they come to: by another way than the database's."""

    def run(self):
        for _ in range(3):
            for source in self.sources:
                self.happens(self.lists, source)

    def answer_now(self):
        return None

    def rows(self, without):
        found = self.resource.rows.select_related("provider")
        return [row for row in found if row.state != without]

    def groups(self, keys, without):
        """Values of the keys → the numbers. Without keys: the totals."""
        groups = defaultdict(list, {} if keys else {(): []})
        for row in self.rows(without):
            for values in product(*(self.values_of(row, key) for key in keys)):
                groups[values].append(row)
        return {values: self.numbers(rows) for values, rows in groups.items()}

    def values_of(self, row, key):
        if "tag" in key:
            pairs = getattr(row, tag_filter(self.resource.declared)[0])
            return {value for name, value in pairs if name == key["tag"]} or {None}
        of = group_fields(self.resource.declared)[key["field"].lower()]
        if of.by is By.PROVIDER:
            return {global_id("Provider", row.provider.public_id)}
        if of.by is By.KIND:
            return {row.provider.kind_slug}
        value = getattr(row, of.column)
        if value is not None and of.by is By.MONTH:
            return {f"{value:%Y-%m}"}
        return {str(value).lower() if of.by is By.FLAG and value is not None else value}

    def numbers(self, rows):
        declared = self.resource.declared

        def total(column):
            known = [getattr(row, column) for row in rows if getattr(row, column) is not None]
            return (sum(known) if known or not rows else None), len(known)

        found = {"count": len(rows)}
        found |= {to_camel_case(name): total(name)[0] for name in sums(declared)}
        if has_costs(declared):
            cost, priced = total("monthly_cost")
            hour = None if cost is None else float(round(Decimal(cost) / HOURS) / Decimal(MICRO))
            month = None if cost is None else float(Decimal(cost) / MICRO)
            found |= {"hourlyCost": hour, "monthlyCost": month}
            found |= {"priced": priced, "unpriced": len(rows) - priced}
        return found

    @property
    def key_choices(self):
        each = [{"field": name.upper()} for name in group_fields(self.resource.declared)]
        if tag_filter(self.resource.declared):
            each += [{"tag": name} for name in ("team", "env", "Team", "absent")]
        many = [self.chance.sample(each, self.chance.randint(2, 3)) for _ in range(4)]
        return [[], *([one] for one in each), *many]


class Asked:
    """One question by each way. Groups are by the values of their keys."""

    def __init__(self, world, keys, without, **more):
        self.world, self.keys = world, keys
        self.field = f"{to_camel_case(world.resource.name)}Aggregate"
        self.filter = {"not": {"state": [without]}} if without else {}
        self.more = more

    def context(self):
        return Context(self.world.user)

    def query(self, first):
        """Its groups, in pages of ``first``, or its totals."""
        measures = " ".join(self.world.numbers([]))
        of = self.world.resource.declared.type_name
        text = f"""query ($filter: {of}Filter, $by: [{of}GroupBy!], $first: Int, $after: String,
                $at: DateTime, $maxAge: Int) {{
            found: {self.field}(filter: $filter, groupBy: $by, first: $first, after: $after,
                at: $at, maxAge: $maxAge) {{ complete groupCount totals {{ {measures} }}
                groups {{ keys {{ value }} measures {{ {measures} }} }}
                pageInfo {{ hasNextPage endCursor }} }} }}"""
        given = {"filter": self.filter, "by": self.keys, "first": first, **self.more}
        given |= {"maxAge": int(self.more["maxAge"])} if "maxAge" in self.more else {}
        groups, after = [], None
        while True:
            request = GraphQLRequest(text, {**given, "after": after})
            answer = executor.run(request, self.context()).as_response()
            assert "errors" not in answer, answer
            found = answer["data"]["found"]
            assert found["complete"]
            groups += found["groups"]
            after = found["pageInfo"]["endCursor"]
            if not found["pageInfo"]["hasNextPage"]:
                break
        assert found["groupCount"] == len(groups)
        if not self.keys:
            return {(): found["totals"]}
        return {tuple(key["value"] for key in group["keys"]): group["measures"] for group in groups}

    def export(self, form, **options):
        parameters = {"filter": self.filter, "groupBy": self.keys, **self.more, **options}
        data, export = exported(self.context, self.field, form, **parameters)
        assert export.summary.complete
        return data.decode()

    def json_lines(self):
        *rows, trailer = map(json.loads, self.export("jsonl").splitlines())
        assert trailer["export"]["rows"] == len(rows)
        found = {}
        for row in rows:
            values = tuple(row.pop(name) for name in self.key_columns)
            found[values] = {name: row[name] for name in self.world.numbers([])}
        assert len(found) == len(rows)
        return found

    def csv(self):
        """Its cells in the columns of keys and numbers, as texts; a null is an empty one."""
        text = self.export("csv", formulas="true")
        rows = csv.DictReader(io.StringIO(text, newline=""))
        names = [*self.key_columns, *self.world.numbers([])]
        return sorted([row[name] for name in names] for row in rows)

    @property
    def key_columns(self):
        return [
            f"tag:{key['tag']}" if "tag" in key else to_camel_case(key["field"].lower())
            for key in self.keys
        ]


def cells(groups):
    """As CSV has them."""
    return sorted(
        [
            *(value or "" for value in values),
            *("" if one is None else shown(name, one) for name, one in numbers.items()),
        ]
        for values, numbers in groups.items()
    )


def shown(name, value):
    return decimal_text(value if name in {"count", "priced", "unpriced"} else float(value))


@pytest.fixture
def counted_in(monkeypatch):
    """The models whose rows, or lines, were counted."""
    found, counted_by = set(), Answered.counted_by

    def note(self, keys):
        rows = counted_by(self, keys)
        found.add(rows.model)
        return rows

    monkeypatch.setattr(Answered, "counted_by", note)
    return found


@pytest.mark.parametrize("seed", range(int(os.environ.get("AGGREGATE_WORLDS", "1"))))
@pytest.mark.parametrize("resource", OBSERVED, ids=lambda one: one.name)
def test_every_way_to_ask_has_the_same_numbers(resource, seed, monkeypatch, counted_in):
    world = Counted(resource, seed, monkeypatch)
    world.run()
    assert world.rows(None)
    states = [None, world.rows(None)[0].state]
    remembered = []
    for keys in world.key_choices:
        without = world.chance.choice(states)
        expected = world.groups(keys, without)
        asked = Asked(world, keys, without, maxAge=NO_READ)
        assert asked.query(world.chance.choice((1, 3, 1000))) == expected, keys
        assert asked.json_lines() == expected, keys
        assert asked.csv() == cells(expected), keys
        remembered.append((keys, without, expected))
    rollup = resource.declared.rollup
    assert counted_in == ({resource.model, rollup} if rollup else {resource.model})

    then = world.now.isoformat()
    world.run()
    for keys, without, expected in remembered:
        asked = Asked(world, keys, without, at=then)
        assert asked.query(1000) == asked.json_lines() == expected, keys
