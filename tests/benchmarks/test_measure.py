import pytest

from benchmarks.measure import (
    CPU,
    LEAST_ROUNDS,
    WALL,
    Comparison,
    Figure,
    alternate,
    difference,
    find,
    percentile,
    ratio,
    timed,
)


def scripted(log, name, values):
    """A subject that measures the next of ``values``, and notes that it was asked."""
    left = iter(values)

    def sample():
        log.append(name)
        return {"ms": next(left)}

    return sample


def test_subjects_take_turns_and_the_first_turn_does_not_count():
    log = []
    subjects = {
        "ours": scripted(log, "ours", [99, 3, 1, 2, 5, 4]),
        "theirs": scripted(log, "theirs", [0, 30, 10, 20, 50, 40]),
    }

    figures = alternate(subjects, rounds=5)

    assert log == ["ours", "theirs"] * 6
    assert figures == [
        Figure("ours", "ms", (3, 1, 2, 5, 4)),
        Figure("theirs", "ms", (30, 10, 20, 50, 40)),
    ]


def test_a_subject_may_measure_several_things():
    figures = alternate({"ours": lambda: {"p50": 1.0, "p95": 2.0}}, rounds=5)

    assert figures == [Figure("ours", "p50", (1.0,) * 5), Figure("ours", "p95", (2.0,) * 5)]


def test_a_median_of_less_than_five_is_refused_and_nothing_is_run():
    log = []

    with pytest.raises(ValueError, match="at least 5 rounds"):
        alternate({"ours": scripted(log, "ours", [1] * 9)}, rounds=LEAST_ROUNDS - 1)

    assert log == []


def test_a_subject_whose_metrics_vary_is_refused():
    samples = iter([{"ms": 1.0}] * 5 + [{"s": 1.0}])

    with pytest.raises(ValueError, match="ours does not measure the same every time"):
        alternate({"ours": lambda: next(samples)}, rounds=5)


def test_a_figure_is_its_median_and_its_spread():
    figure = Figure("ours", "ms", (9.0, 1.0, 2.0, 3.0))

    assert (figure.median, figure.least, figure.most) == (2.5, 1.0, 9.0)


def test_a_ratio_is_of_the_medians_and_its_spread_of_the_rounds():
    ours = Figure("ours", "ms", (2.0, 4.0, 6.0))
    theirs = Figure("theirs", "ms", (8.0, 8.0, 2.0))

    assert ratio(ours, theirs) == Comparison(0.5, 0.25, 3.0)


def test_a_difference_is_of_the_medians_and_its_spread_of_the_rounds():
    ours = Figure("ours", "ms", (2.0, 4.0, 6.0))
    theirs = Figure("theirs", "ms", (8.0, 8.0, 2.0))

    assert difference(ours, theirs) == Comparison(-4.0, -6.0, 4.0)


def test_figures_of_different_rounds_are_not_compared():
    with pytest.raises(ValueError, match="shorter"):
        ratio(Figure("ours", "ms", (1.0, 2.0)), Figure("theirs", "ms", (1.0,)))


def test_a_figure_is_found_by_subject_and_metric():
    figures = [Figure("ours", "ms", (1.0,)), Figure("ours", "s", (2.0,))]

    assert find(figures, "ours", "s") is figures[1]
    with pytest.raises(LookupError, match="'ms' of 'theirs'"):
        find(figures, "theirs", "ms")


@pytest.mark.parametrize(
    ("share", "expected"), [(0, 1), (0.01, 1), (0.5, 10), (0.51, 11), (0.95, 19), (1, 20)]
)
def test_a_percentile_is_one_of_the_values(share, expected):
    assert percentile(list(range(20, 0, -1)), share) == expected


def test_there_is_no_percentile_of_nothing():
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 0.5)


def test_timed_divides_by_the_calls_it_made(monkeypatch):
    calls = []
    monkeypatch.setattr("time.perf_counter", iter([100.0, 100.5]).__next__)
    monkeypatch.setattr("time.process_time", iter([7.0, 7.1]).__next__)

    sample = timed(lambda: calls.append(1), times=10)()

    assert len(calls) == 10
    assert sample == {WALL: pytest.approx(50), CPU: pytest.approx(10)}


def test_work_of_another_process_has_no_processor_time_of_ours():
    assert timed(lambda: None, cpu=False)().keys() == {WALL}
