"""The values that an import writes, and those that it leaves alone."""

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import connection

from gateway.core.errors import Conflict
from inventory.imports.github import RepositoryRecord, parse_repositories
from inventory.imports.repositories import ImportReport, Skipped, repositories_import
from inventory.models import Repository
from inventory.selectors.repositories import repositories_of_viewer, repository_get, repository_list
from inventory.services.repositories import repository_create
from tests.inventory.factories import make_user

pytestmark = pytest.mark.django_db


def record(name="boat", **changes):
    values = {
        "name": name,
        "full_name": f"cloudmesh-community/{name}",
        "url": f"https://github.com/cloudmesh-community/{name}",
        "description": "",
        "private": False,
        "created_at": None,
    }
    return RepositoryRecord(**values | changes)


def report(created=0, updated=0, unchanged=0, skipped=()):
    return ImportReport(created=created, updated=updated, unchanged=unchanged, skipped=skipped)


def rows():
    return list(Repository.objects.order_by("pk").values())


def test_a_real_reply_is_stored_once(listed):
    records = parse_repositories(listed, origin="reply.json")

    first = repositories_import(records=records)
    after_first = rows()
    second = repositories_import(records=records)

    assert first == report(created=30)
    assert second == report(unchanged=30)
    assert (first.changed, second.changed) == (True, False)
    assert rows() == after_first
    boat = Repository.objects.get(full_name="cloudmesh-community/boat")
    assert (boat.name, boat.owner_login, boat.url, boat.description, boat.creator) == (
        "boat",
        "cloudmesh-community",
        "https://github.com/cloudmesh-community/boat",
        "S.T.A.R. boat",
        None,
    )


def test_what_differs_is_updated_and_keeps_its_id_and_time():
    repositories_import(records=[record("boat"), record("book")])
    before = Repository.objects.get(name="boat")

    done = repositories_import(records=[record("boat", description="It floats"), record("book")])

    after = Repository.objects.get(name="boat")
    assert done == report(updated=1, unchanged=1)
    assert after.description == "It floats"
    assert (after.pk, after.created_at) == (before.pk, before.created_at)


def test_what_a_reply_lacks_stays():
    repositories_import(records=[record("boat"), record("book")])

    assert repositories_import(records=[record("boat")]) == report(unchanged=1)
    assert Repository.objects.count() == 2


def test_a_user_s_own_repository_stays_hers_and_hinders_no_import():
    ann, bob = make_user("ann"), make_user("bob")
    name = "cloudmesh-community/boat"
    own = repository_create(creator=ann, url="https://evil.example", name="boat", full_name=name)

    assert repositories_import(records=[record("boat")]) == report(created=1)

    imported = Repository.objects.get(creator=None)
    assert Repository.objects.get(creator=ann) == own
    assert list(repository_list(user=ann)) == [own, imported]
    assert list(repository_list(user=bob)) == [imported]
    for user in (ann, bob):
        assert repository_get(user=user, name="boat") == imported
    assert repositories_import(records=[record("boat")]) == report(unchanged=1)


def test_a_private_repository_is_shown_to_nobody():
    done = repositories_import(records=[record("boat", private=True), record("book")])

    reason = "private at GitHub, and every user would see it"
    assert done == report(
        created=1, skipped=(Skipped(full_name="cloudmesh-community/boat", reason=reason),)
    )
    assert [row["name"] for row in rows()] == ["book"]


def test_a_repository_listed_twice_is_stored_as_listed_first():
    done = repositories_import(records=[record("boat"), record("boat", description="again")])

    skipped = (Skipped(full_name="cloudmesh-community/boat", reason="listed before"),)
    assert done == report(created=1, skipped=skipped)
    assert [row["description"] for row in rows()] == [""]


def test_nothing_to_import():
    assert repositories_import(records=[]) == report()


def test_what_comes_together_is_as_old_as_at_github():
    ages = {"new": 2020, "old": 2016, "middle": 2018}
    times = {name: datetime(year, 1, 1, tzinfo=UTC) for name, year in ages.items()}
    records = [record(name, created_at=time) for name, time in times.items()]

    repositories_import(records=[record("unknown"), *records])

    found = repositories_of_viewer(user=make_user())
    assert [repository.name for repository in found] == ["old", "middle", "new", "unknown"]


@contextmanager
def just_before(statement, change):
    """``change`` happens right before the first such statement, as by another process."""
    waiting = [change]

    def execute_after_change(execute, sql, params, many, context):
        if waiting and sql.startswith(statement):
            waiting.pop()()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(execute_after_change):
        yield
    assert not waiting


def test_a_repository_imported_meanwhile_undoes_the_import():
    repositories_import(records=[record("boat")])
    before = rows()

    def add():
        Repository.objects.create(name="cm", full_name=record("cm").full_name, url="u")

    with just_before("INSERT", add), pytest.raises(Conflict, match="Run it again"):
        repositories_import(records=[record("boat", description="new"), record("cm")])

    assert rows() == before


def test_a_repository_claimed_meanwhile_undoes_the_import():
    repositories_import(records=[record("boat"), record("book")])
    before = rows()
    ann = make_user("ann")

    def claim():
        Repository.objects.filter(name="book").update(creator=ann)

    changed = [record("boat", description="new"), record("book", description="new"), record("cm")]
    with just_before("UPDATE", claim), pytest.raises(Conflict, match="Run it again"):
        repositories_import(records=changed)

    assert rows() == before
