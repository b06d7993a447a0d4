"""What runs on PostgreSQL too: nothing that may ask the database is left out."""

import pytest

from tests.conftest import asks_no_database, of_one_each, uses_database


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


def test_of_a_test_of_many_kinds_one_kind_is_repeated():
    names = [
        *("test_one[aws-stop]", "test_one[aws-start]", "test_one[azure-stop]"),
        *("test_two[denied-azure]", "test_two[denied-google]"),
        *("test_three[laws]", "test_three[an azure sky]", "test_four"),
    ]

    kept = of_one_each(NamedItem(name) for name in names)

    assert [item.name for item in kept] == [
        *("test_one[aws-stop]", "test_one[aws-start]", "test_two[denied-azure]"),
        *("test_three[laws]", "test_three[an azure sky]", "test_four"),
    ]


def test_of_a_test_of_many_operations_one_is_repeated_for_each_resource():
    names = [
        *("test_one[virtual_machine.stop-lost]", "test_one[virtual_machine.start-lost]"),
        *("test_one[container.stop]", "test_one[virtual_machine.stop-late]"),
        *("test_one[container.start]", "test_one[aws-container.stop]", "test_one"),
    ]

    kept = of_one_each(NamedItem(name) for name in names)

    assert [item.name for item in kept] == [names[0], names[2], names[3], names[6]]


class NamedItem:
    def __init__(self, name):
        self.name, self.nodeid = name, f"tests/test_any.py::{name}"


def test_who_does_not_say_so_cannot_ask():
    """It is pytest-django that makes leaving out safe."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - once the apps are loaded

    with pytest.raises(RuntimeError, match="Database access not allowed"):
        get_user_model().objects.count()
