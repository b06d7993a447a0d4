"""Which tests are run on PostgreSQL, too (`--database-only`): those that may differ there.

Statements differ between databases, not the reasons for which they are sent. So the repetitions of
a test for kinds of clouds, for codes of errors or for texts are left out there. Those for resources
are not: each resource has a table of its own. ``each_case`` marks the tests whose repetitions send
different statements for another reason, such as a filter or an order. All repetitions are run of
the tests that race threads, and of those that only some databases have (``skipif``).
"""

import re
from functools import cache

from graphene.utils.str_converters import to_camel_case

from gateway.run.options import ROOT
from inventory.resources import all_resources
from inventory.schema.table.derive import single_name

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}
# Folders with many tests that ask no database: their files say so where one does.
MOSTLY_WITHOUT_DATABASE = (
    "tests/benchmarks",
    "tests/gateway/core/graphql",
    "tests/gateway/core/http",
    "tests/inventory/imports",
    "tests/inventory/providers",
)
RACES = re.compile(r"\b(threading|ThreadPoolExecutor|interleaved)\b")
SAYS_SO = re.compile(r"django_db|functional|\bdb\b|transactional_db|live_server")


def asks_no_database(file):
    """True if a look at the file's text shows it. test_database_only.py sees that it is right."""
    place = file.relative_to(ROOT).as_posix()
    return (
        file.suffix == ".py"
        and place.startswith(MOSTLY_WITHOUT_DATABASE)
        and SAYS_SO.search(file.read_text()) is None
    )


def uses_database(item):
    """True if a test may use the database that Django's settings name.

    pytest-django lets a test use it only with a mark or a fixture. Tests that start processes pass
    the database on to them. A test marked ``any_database`` shows nothing about the database.
    """
    if item.get_closest_marker("any_database"):
        return False
    return (
        item.get_closest_marker("django_db") is not None
        or item.get_closest_marker("functional") is not None
        or not DATABASE_FIXTURES.isdisjoint(item.fixturenames)
    )


def of_one_each(items):
    """Yield the first repetition of each test, and the first for each resource."""
    first = set()
    for item in items:
        test, _, repetition = item.nodeid.partition("[")
        case = (test, resources_in(repetition))
        if case not in first or each_case_counts(item):
            first.add(case)
            yield item


def each_case_counts(item):
    marked = item.get_closest_marker("each_case") or item.get_closest_marker("skipif")
    return bool(marked) or races_threads(item.path)


@cache
def races_threads(file):
    return RACES.search(file.read_text()) is not None


def resources_in(repetition):
    """The resources that the name of a repetition has, as the words of their operations, too."""
    known, words = words_of_resources(), re.split(r"[-. \]]", repetition)
    return frozenset(known[word] for word in words if word in known)


@cache
def words_of_resources():
    """The type of a resource by each word that a repetition may name it with."""
    return {
        word: one.type_name
        for one in all_resources()
        for name in (one.plural, single_name(one))
        for word in (name, to_camel_case(name), one.type_name)
    }
