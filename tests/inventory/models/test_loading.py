"""Rows that are converted column by column equal those that Django loads."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.models import F, JSONField, QuerySet, Value
from django.db.models.fields.json import KT, KeyTransform
from django.db.models.functions import Coalesce
from django.db.models.query import ModelIterable

from inventory.live.api import Ask, refresh
from inventory.models import Provider, Size, Source, VirtualMachine
from inventory.models.conversion import converted
from inventory.models.loading import LightlyLoaded
from inventory.models.statements import TableColumns, among
from tests.inventory.factories import make_simulator, make_user

LIGHT = sorted(
    (
        model
        for base in LightlyLoaded.__subclasses__()
        for model in (base, *base.__subclasses__())
        if not model._meta.abstract
    ),
    key=lambda model: model.__name__,
)


@pytest.fixture
def rows(transactional_db, settings, tmp_path):
    """Of every resource of simulators, more than one part of a reply of the database."""
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    settings.LIVE_MAX_AGE = 1_000_000
    user = make_user()
    for name in ("one", "two"):
        make_simulator(user, name=name, machines=130)
    refresh(Ask(source, 0) for source in Source.objects.select_related("provider"))


def contents(row):
    """Everything that a loaded row has, and that the rows have which are loaded with it."""
    about = {name: value for name, value in vars(row).items() if name != "_state"}
    related = {name: contents(one) for name, one in row._state.fields_cache.items()}
    return type(row), about, row._state.db, row._state.adding, related


def both(queryset: QuerySet):
    """The rows as they are loaded, and as Django loads them."""
    by_django = queryset.all()
    by_django._iterable_class = ModelIterable
    return [[contents(row) for row in rows] for rows in (queryset, by_django)]


@pytest.mark.parametrize("model", LIGHT, ids=lambda model: model.__name__)
def test_every_model_is_loaded_alike(rows, model):
    ours, by_django = both(model.objects.order_by("pk"))

    assert ours == by_django
    assert ours or model.objects.count() == 0


def test_some_models_have_rows(rows):
    assert VirtualMachine.objects.count() == 260
    assert min(Source.objects.count(), Size.objects.count(), Provider.objects.count()) > 1


def machines():
    return VirtualMachine.objects.order_by("pk")


@pytest.mark.parametrize(
    "rows_of",
    [
        lambda: machines().only("name", "tags", "created_at"),
        lambda: machines().defer("tags"),
        lambda: machines().select_related("source__provider", "provider"),
        lambda: machines().annotate(
            order=Coalesce(F("created_at"), Value(datetime(1970, 1, 1, tzinfo=UTC)))
        ),
        lambda: machines().annotate(first=KeyTransform("0", "tags"), text=KT("tags__0")),
        lambda: machines().annotate(document=Value({"a": [1]}, output_field=JSONField())),
        lambda: machines().filter(pk__in=[]),
        lambda: machines().filter(pk=-1),
        lambda: Provider.objects.first().sources.order_by("pk"),
        lambda: machines()[3:5],
    ],
    ids=[
        "some columns",
        "a column less",
        "with relations",
        "an annotated time",
        "a part of a document",
        "a document that is no column",
        "nothing asked",
        "nothing found",
        "a reverse relation",
        "a slice",
    ],
)
def test_every_form_of_query_is_answered_alike(rows, rows_of):
    ours, by_django = both(rows_of())

    assert ours == by_django


def test_rows_are_read_in_parts(rows):
    ours = [contents(row) for row in machines().iterator(chunk_size=7)]

    assert ours == [contents(row) for row in machines()]


@pytest.mark.parametrize(
    "texts",
    [
        ["[]", "[1, 2]", None, '{"a": null}', "null", '"NaN"', "NaN", "12345678901234567890123"],
        ['"\\ud800"', '["é"]'],
        ["not JSON", "[1]"],
        ["", "1, 2", "[1", "[1] [2]", " [1]", "[1] ", "\n{}"],
    ],
    ids=["documents", "escaped", "one is none", "odd ones"],
)
def test_documents_are_parsed_as_one_by_one(texts):
    field = JSONField()
    column = Value(None, output_field=field)
    rows = [(text,) for text in texts]

    found = converted(rows, {0: ([field.from_db_value], column)}, connection)

    expected = [field.from_db_value(text, column, connection) for text in texts]
    assert repr([value for (value,) in found]) == repr(expected)


@pytest.mark.parametrize("model", LIGHT, ids=lambda model: model.__name__)
def test_a_statement_by_hand_loads_every_model_alike(rows, model):
    found = TableColumns(model, "x").find(("1 = 1", []))

    by_django = both(model.objects.order_by("pk"))[1]
    assert [contents(row) for row in sorted(found, key=lambda row: row.pk)] == by_django


def test_a_statement_by_hand_has_conditions(rows):
    first, second, *_ = machines()
    columns = TableColumns(VirtualMachine, "x")

    assert columns.find(among("x.id", [first.pk, second.pk]), among("x.name", {first.name})) == [
        first
    ]
    assert columns.find(among("x.id", [])) == []
