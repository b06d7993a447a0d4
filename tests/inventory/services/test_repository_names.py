"""Names of repositories that differ only in case or Unicode normal form are one name."""

import unicodedata

import pytest

from gateway.core.errors import Conflict
from inventory.imports.github import RepositoryRecord
from inventory.imports.repositories import repositories_import
from inventory.models import Repository
from inventory.selectors.repositories import community_name, repository_get, repository_list
from inventory.services.repositories import repository_create
from tests.inventory.factories import make_user

pytestmark = pytest.mark.django_db

NAME = "Wörterbuch"
SPELLINGS = [NAME, NAME.upper(), NAME.lower(), unicodedata.normalize("NFD", NAME)]


@pytest.fixture
def ann(db):
    return make_user("ann")


def add(creator, full_name):
    name = full_name.partition("/")[2]
    return repository_create(creator=creator, url="u", name=name, full_name=full_name)


def record(full_name, **values):
    name = full_name.partition("/")[2]
    known = {"url": "https://example.org", "description": "", "private": False, "created_at": None}
    return RepositoryRecord(name=name, full_name=full_name, **(known | values))


@pytest.mark.parametrize("spelling", SPELLINGS, ids=ascii)
def test_a_repository_is_found_and_taken_in_every_spelling(ann, spelling):
    own = add(ann, f"Müller/{NAME}")

    assert repository_get(user=ann, name=spelling) == own
    for owner in ("MÜLLER", "müller"):
        assert repository_get(user=ann, name=spelling, owner=owner) == own
        assert list(repository_list(user=ann, owner=owner)) == [own]
        assert community_name(user=ann, name=owner) == "Müller"
        with pytest.raises(Conflict):
            add(ann, f"{owner}/{spelling}")
    assert repository_get(user=ann, name="Worterbuch") is None


def test_spellings_of_one_owner_are_one_community(ann):
    repositories = [add(ann, "acme/a"), add(ann, "ACME/b"), add(ann, "other/c")]

    assert community_name(user=ann) == "acme"
    assert list(repository_list(user=ann, owner="Acme")) == sorted(
        repositories[:2], key=lambda repository: repository.full_name
    )


def test_an_import_updates_a_repository_that_is_spelled_otherwise(ann):
    repositories_import(records=[record("Acme/Web")])

    report = repositories_import(
        records=[record("acme/web", description="renamed"), record("ACME/WEB")]
    )

    row = Repository.objects.get()
    assert (report.created, report.updated, len(report.skipped)) == (0, 1, 1)
    assert (row.full_name, row.name, row.owner_login) == ("acme/web", "web", "acme")
    assert (row.full_name_folded, row.description_folded) == ("acme/web", "renamed")
    assert repositories_import(records=[record("acme/web", description="renamed")]).unchanged == 1
    assert [found.pk for found in repository_list(user=ann, search="RENAMED")] == [row.pk]


@pytest.mark.parametrize("spelling", ["acme/web", "ACME/Web"])
def test_another_user_s_repository_neither_hinders_nor_shows(ann, spelling):
    """Adding a name does not show that another user has added it."""
    bob = make_user("bob")
    hers, his = add(ann, "acme/web"), add(bob, spelling)

    assert list(repository_list(user=ann)) == [hers]
    assert list(repository_list(user=bob)) == [his]
    for user in (ann, bob):
        with pytest.raises(Conflict):
            add(user, spelling)


@pytest.mark.parametrize("spelling", ["acme/web", "ACME/Web"])
def test_an_imported_name_is_taken_for_every_user(ann, spelling):
    repositories_import(records=[record("acme/web")])

    with pytest.raises(Conflict):
        add(ann, spelling)


def test_rows_of_an_earlier_release_keep_their_names(ann):
    """Names may differ only in case: each repository is found by its exact name."""
    older, younger = add(ann, "acme/web"), add(ann, "acme/other")
    folded = {"full_name_folded": "acme/web", "name_folded": "web", "duplicate": 1}
    Repository.objects.filter(pk=younger.pk).update(
        full_name="acme/Web", name="Web", creator=None, **folded
    )

    assert repository_get(user=ann, name="web") == older
    assert repository_get(user=ann, name="Web") == younger
    assert repository_get(user=ann, name="Web", owner="acme") == younger
    report = repositories_import(records=[record("acme/Web", description="new")])
    assert (report.updated, report.created) == (1, 0)
    younger.refresh_from_db()
    assert (younger.full_name, younger.description, younger.duplicate) == ("acme/Web", "new", 1)
    with pytest.raises(Conflict):
        add(ann, "ACME/WEB")


def test_a_name_that_grows_when_it_is_folded_is_kept_to_the_column(ann):
    long = "o/" + "\ufdfa" * 150  # a letter that is folded to eighteen characters

    row = add(ann, long)

    assert repository_get(user=ann, name=row.name) == row
