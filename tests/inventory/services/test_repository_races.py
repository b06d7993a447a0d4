"""`createRepository` at the same time as an import of the same name, or as itself."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections

from gateway.core.errors import Conflict, NotFound
from inventory.imports.github import RepositoryRecord
from inventory.imports.repositories import repositories_import
from inventory.models import Repository
from inventory.services.repositories import repository_create
from tests.interleaving import interleaved
from tests.inventory.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60  # seconds, of a test that fails
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one write lock, so nothing interleaves"
)


def add(creator):
    return repository_create(creator=creator, url="u", name="book", full_name="acme/book")


def import_it():
    record = RepositoryRecord(
        name="book",
        full_name="Acme/Book",
        url="https://example.org",
        description="",
        private=False,
        created_at=None,
    )
    return repositories_import(records=[record])


def creators():
    return list(Repository.objects.order_by("pk").values_list("creator__username", flat=True))


# The possible results of two at once: the errors, and the owners of the rows (None: imported).
IMPORTED = ([Conflict], [None])
BESIDE = ([], ["ann", None])  # added first, and imported then, as without a race


@on_postgresql
@pytest.mark.parametrize(
    ("first", "second", "allowed"),
    [
        (import_it, add, [IMPORTED]),
        (add, import_it, [IMPORTED, BESIDE]),
        (add, add, [([Conflict], ["ann"])]),
        (import_it, import_it, [([], [None])]),
        (User.delete, add, [([NotFound], [])]),
        (add, User.delete, [([], [])]),
    ],
)
def test_one_wins_and_the_other_one_is_refused(first, second, allowed):
    def prepare():
        Repository.objects.all().delete()
        User.objects.all().delete()
        make_user("ann")
        return work(first), work(second)

    moments = 0
    for errors in interleaved(prepare):
        moments += 1
        outcome = ([type(error) for error in errors], sorted(creators(), key=str))
        assert outcome in [(kinds, sorted(rows, key=str)) for kinds, rows in allowed]
    assert moments > 1


def work(function):
    ann = User.objects.get(username="ann")
    return import_it if function is import_it else lambda: function(ann)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the test above says more")
def test_who_adds_a_name_while_it_is_imported_is_refused(monkeypatch):
    ann, begun, waits = make_user("ann"), threading.Event(), threading.Event()
    create = Repository.objects.bulk_create

    def created_slowly(*arguments, **options):
        created = create(*arguments, **options)
        begun.set()
        assert waits.wait(PATIENCE)
        return created

    def note_begin(execute, sql, *arguments):
        if sql.startswith("BEGIN"):  # it has looked at what it does not look at in a transaction
            waits.set()
        return execute(sql, *arguments)

    def add_meanwhile():
        assert begun.wait(PATIENCE)
        with connection.execute_wrapper(note_begin):
            add(ann)

    monkeypatch.setattr(Repository.objects, "bulk_create", created_slowly)
    imported, added = in_threads(import_it, add_meanwhile)

    assert imported.result(PATIENCE).created == 1
    assert isinstance(added.exception(PATIENCE), Conflict)
    assert creators() == [None]


def test_of_many_who_add_and_import_the_same_at_once_none_meets_an_exception():
    ann = make_user("ann")
    together = threading.Barrier(8)

    def at_once(function, *arguments):
        together.wait(PATIENCE)
        return function(*arguments)

    outcomes = in_threads(
        *[lambda: at_once(add, ann)] * 4,
        *[lambda: at_once(import_it)] * 4,
    )

    errors = [error for outcome in outcomes if (error := outcome.exception(PATIENCE))]
    assert {type(error) for error in errors} <= {Conflict}
    assert len(errors) >= 3  # of four who add, one at most is not refused
    assert creators().count(None) == 1
    assert creators().count("ann") <= 1


def in_threads(*works) -> list[Future]:
    def run(work):
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return [pool.submit(run, work) for work in works]
