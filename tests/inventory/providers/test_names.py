"""Names that are read in addition to a list, and cached."""

import pytest

from gateway.core.http.budget import Budget, budget_in_use
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.providers.names import (
    FAILED_SECONDS,
    KNOWN_SECONDS,
    NameCache,
    Names,
    read_names,
    with_image_names,
)
from inventory.providers.transport import Line
from inventory.types import MachineRecord, MachineState

NAMES = {"a": "Alpha", "b": "Beta", "c": "Gamma"}


class Catalogue:
    """A cloud's names. ``asked``: the ids of each request."""

    def __init__(self, names=NAMES):
        self.names, self.asked, self.error = dict(names), [], None

    def read(self, ids):
        self.asked.append(ids)
        if self.error:
            raise self.error
        return [(one, self.names[one]) for one in ids if one in self.names]


@pytest.fixture
def clock():
    class Clock:
        now = 1000.0

        def __call__(self):
            return self.now

    return Clock()


@pytest.fixture
def cache(clock):
    return NameCache(clock=clock)


def machine(image_id, **changes):
    known = {"external_id": "i", "name": "i", "state": MachineState.RUNNING, "raw_state": "running"}
    return MachineRecord(**known | {"image_id": image_id, "image_name": image_id} | changes)


def test_a_name_is_read_once_for_an_account(cache):
    catalogue = Catalogue()

    assert cache.names("one", {"b", "a"}, catalogue.read, "images") == Names(
        {"a": "Alpha", "b": "Beta"}
    )
    assert cache.names("one", {"a"}, catalogue.read, "images") == Names({"a": "Alpha"})
    cache.names("one", {"a", "c"}, catalogue.read, "images")
    cache.names("two", {"a"}, catalogue.read, "images")

    assert catalogue.asked == [["a", "b"], ["c"], ["a"]]
    assert cache.known("one") == NAMES
    assert cache.known("nobody") == {}


def test_an_unknown_id_is_not_asked_for_at_every_read(cache, clock):
    catalogue = Catalogue()
    for _ in range(3):
        assert cache.names("one", {"gone"}, catalogue.read, "images") == Names({})
    assert catalogue.asked == [["gone"]]

    clock.now += KNOWN_SECONDS
    catalogue.names["gone"] = "Back"
    assert cache.names("one", {"gone"}, catalogue.read, "images") == Names({"gone": "Back"})


def test_a_name_ends_when_its_image_is_gone(cache, clock):
    catalogue = Catalogue()
    cache.names("one", {"a"}, catalogue.read, "images")
    del catalogue.names["a"]

    assert cache.names("one", {"a"}, catalogue.read, "images") == Names({"a": "Alpha"})
    clock.now += KNOWN_SECONDS
    assert cache.known("one") == {}
    assert cache.names("one", {"a"}, catalogue.read, "images") == Names({})
    assert cache.names("one", {"a"}, catalogue.read, "images") == Names({})


def test_a_failure_is_remembered_for_a_minute_and_spares_what_is_known(cache, clock):
    catalogue = Catalogue()
    cache.names("one", {"a"}, catalogue.read, "images")
    catalogue.error = ProviderError(ProviderErrorCode.PERMISSION_DENIED, "Not for you.")

    for _ in range(3):
        answer = cache.names("one", {"a", "b"}, catalogue.read, "images")
        assert answer.known == {"a": "Alpha"}
        assert answer.problem == "The names of images could not be read: Not for you."
        assert answer.failure is ProviderErrorCode.PERMISSION_DENIED
    assert len(catalogue.asked) == 2
    assert cache.names("one", {"a"}, catalogue.read, "images") == Names({"a": "Alpha"})

    clock.now += FAILED_SECONDS
    catalogue.error = None
    assert cache.names("one", {"a", "b"}, catalogue.read, "images").problem is None


def test_a_failure_leaves_an_old_name(cache, clock):
    catalogue = Catalogue()
    cache.names("one", {"a"}, catalogue.read, "images")
    clock.now += KNOWN_SECONDS
    catalogue.error = TimeoutError("The cloud did not answer within the deadline.")

    for _ in range(2):
        answer = cache.names("one", {"a"}, catalogue.read, "images")
        assert answer.known == {"a": "Alpha"}
        assert answer.problem


def test_the_cache_is_bounded(clock):
    cache = NameCache(most=10, clock=clock)
    catalogue = Catalogue({str(number): f"name {number}" for number in range(100)})

    cache.names("large", list(catalogue.names), catalogue.read, "images")
    assert len(cache.known("large")) == 10
    cache.names("small", ["1", "2"], catalogue.read, "images")
    assert len(cache.known("small")) == 2
    assert cache.known("large") == {}
    for number in range(100):
        cache.names(number, ["1"], catalogue.read, "images")
    assert sum(bool(cache.known(number)) for number in range(100)) <= 10


def test_names_before_a_failure_are_kept():
    def read():
        yield "a", "Alpha"
        raise ValueError("'NoneType' object is not subscriptable")

    answer = read_names(read, "images")

    assert answer.known == {"a": "Alpha"}
    assert answer.problem.startswith("The names of images could not be read: ")
    assert "NoneType" not in answer.problem


def test_machines_get_the_names_and_the_reason():
    names = Names({"a": "Alpha"}, "The names of images could not be read: no.")
    named = with_image_names(
        [machine("a"), machine("b"), machine("b", problem="Odd."), machine(None)], names
    )

    assert [one.image_name for one in named] == ["Alpha", "b", "b", None]
    assert [one.problem for one in named] == [
        None,
        names.problem,
        f"Odd. {names.problem}",
        None,
    ]


def test_an_image_without_a_name_is_no_problem():
    assert with_image_names([machine("b")], Names({})) == [machine("b")]


def test_names_leave_half_of_the_time_for_the_list():
    line = Line(Budget(100))
    with line.used():
        answer = read_names(lambda: [("left", str(budget_in_use().left))], "images")
        assert budget_in_use().left > 50
    assert float(answer.known["left"]) <= 50
