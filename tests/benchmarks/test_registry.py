import pytest

from benchmarks import registry
from benchmarks.measure import Figure
from benchmarks.registry import By, Target, UnknownBenchmark, benchmark, chosen


@pytest.fixture(autouse=True)
def benchmarks(monkeypatch):
    """A registry of this test's own."""
    registered = {}
    monkeypatch.setattr(registry, "_benchmarks", registered)
    return registered


def register(name, *, targets=(), events=None, rounds=5, is_long=False):
    @benchmark(name, "For a test.", targets=targets, rounds=rounds, is_long=is_long)
    def prepare(world):
        yield {"ours": lambda: {"ms": 2.0}, "theirs": lambda: {"ms": world}}
        if events is not None:
            events.append("put away")

    return prepare


def test_all_are_chosen_in_the_order_of_registration_or_those_named():
    register("first")
    register("second")

    assert [each.name for each in chosen([])] == ["first", "second"]
    assert [each.name for each in chosen(["second"])] == ["second"]


def test_a_short_run_leaves_out_the_long_ones_that_are_not_named():
    register("first")
    register("second", is_long=True)

    assert [each.name for each in chosen([], short=True)] == ["first"]
    assert [each.name for each in chosen(["second"], short=True)] == ["second"]


def test_a_short_run_has_five_rounds():
    register("first", rounds=9)
    [first] = chosen(["first"])

    assert {len(one.values) for one in first.run(4.0)} == {9}
    assert {len(one.values) for one in first.run(4.0, short=True)} == {5}


def test_an_unknown_name_is_told_with_the_known_ones():
    register("first")

    with pytest.raises(UnknownBenchmark, match=r"no benchmark 'frist'\. There are: first"):
        chosen(["frist"])


def test_two_of_one_name_are_an_error():
    register("first")

    with pytest.raises(ValueError, match="two benchmarks named 'first'"):
        register("first")


def test_running_prepares_measures_and_puts_away():
    events = []
    register("first", events=events)

    figures = chosen(["first"])[0].run(4.0)

    assert figures == [Figure("ours", "ms", (2.0,) * 5), Figure("theirs", "ms", (4.0,) * 5)]
    assert events == ["put away"]


def test_a_target_that_names_no_subject_is_found_when_the_benchmark_runs():
    register("first", targets=[Target("ours", "their", at_most=1)])

    with pytest.raises(LookupError, match="'their'"):
        chosen(["first"])[0].run(4.0)


OURS = Figure("ours", "ms", (2.0, 2.0, 2.0))
THEIRS = Figure("theirs", "ms", (1.0, 1.0, 1.0))


@pytest.mark.parametrize(
    ("target", "met"),
    [
        (Target("ours", "theirs", at_most=2.0), True),
        (Target("ours", "theirs", at_most=1.99), False),
        (Target("ours", "theirs", at_most=1.0, by=By.DIFFERENCE), True),
        (Target("ours", "theirs", at_most=0.99, by=By.DIFFERENCE), False),
        (Target("ours", "theirs"), None),
    ],
)
def test_a_target_is_met_up_to_its_limit(target, met):
    assert target.is_met([OURS, THEIRS]) is met
