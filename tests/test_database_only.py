"""The tests that run on PostgreSQL too: no test that may use the database is left out."""

from pathlib import Path

import pytest

from tests.database_only import asks_no_database, of_one_each, uses_database

CONFTEST = Path(__file__).with_name("conftest.py")


class Item:
    """A test with these marks and fixtures."""

    def __init__(self, *marks, fixtures=()):
        self.marks, self.fixturenames = marks, [*fixtures, "redis_url", "settings"]

    def get_closest_marker(self, name):
        return name if name in self.marks else None


@pytest.mark.parametrize(
    ("item", "uses"),
    [
        (Item(), False),
        (Item("parametrize"), False),
        (Item("django_db"), True),
        (Item("functional"), True),
        (Item(fixtures=["db"]), True),
        (Item(fixtures=["transactional_db"]), True),
        (Item("functional", "any_database"), False),
        (Item("django_db", "any_database"), False),
    ],
)
def test_who_uses_the_database(item, uses):
    assert uses_database(item) is uses


def test_no_file_that_is_not_collected_has_a_test_that_uses_the_database(request):
    left_out = {item.path for item in request.session.items if uses_database(item)}

    assert [file for file in left_out if asks_no_database(file)] == []


def test_one_repetition_of_each_test_is_run_and_one_for_each_resource():
    names = [
        *("test_one[aws-stop]", "test_one[aws-start]", "test_one[azure-stop]", "test_two"),
        *("test_three[virtual_machine.stop-lost]", "test_three[virtual_machine.start-lost]"),
        *("test_three[container.stop]", "test_three[aws-container.stop]"),
        *("test_three[securityGroups]", "test_three[SecurityGroup]", "test_three[key_pairs-0]"),
    ]

    kept = of_one_each(NamedItem(name) for name in names)

    assert [item.name for item in kept] == [names[at] for at in (0, 3, 4, 6, 8, 10)]


@pytest.mark.parametrize("mark", ["each_case", "skipif"])
def test_a_test_whose_repetitions_differ_is_run_with_each(mark):
    names = [f"test_one[{order}]" for order in ("NAME", "STATE", "AGE")]

    kept = of_one_each(NamedItem(name, mark) for name in names)

    assert [item.name for item in kept] == names


def test_a_test_that_races_threads_is_run_with_each(tmp_path):
    file = tmp_path / "test_any.py"
    file.write_text("from tests.interleaving import interleaved\n")
    items = [NamedItem(f"test_one[{number}]", path=file) for number in range(3)]

    assert list(of_one_each(items)) == items


def test_no_repetition_that_is_skipped_on_sqlite_is_left_out_on_postgresql(request):
    items = [item for item in request.session.items if item.get_closest_marker("skipif")]
    asked = [item for item in items if uses_database(item)]

    assert list(of_one_each(asked)) == asked


class NamedItem(Item):
    def __init__(self, name, *marks, path=CONFTEST):
        super().__init__(*marks)
        self.name, self.nodeid, self.path = name, f"tests/test_any.py::{name}", path


def test_who_does_not_say_so_cannot_ask():
    """pytest-django makes it safe to leave tests out."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - once the apps are loaded

    with pytest.raises(RuntimeError, match="Database access not allowed"):
        get_user_model().objects.count()
