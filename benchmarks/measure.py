"""Alternating runs, and the figures that are computed from them, for subjects of any kind.

A *subject* is one of the things compared; to *sample* it is to let it do its work once and say
what that took, as ``{metric: value}``. Rounds go A B C, A B C, …: whatever slows the machine down
for a while slows all subjects down.
"""

import gc
import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Sample = Mapping[str, float]
Subject = Callable[[], Sample]

LEAST_ROUNDS = 5
WALL, CPU = "ms", "CPU ms"


@dataclass(frozen=True, slots=True)
class Figure:
    """The values of one metric of one subject, in the order of the rounds."""

    subject: str
    metric: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def least(self) -> float:
        return min(self.values)

    @property
    def most(self) -> float:
        return max(self.values)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two figures of the same rounds: the ratio, or the difference, of their medians.

    ``least`` and ``most`` are those of single rounds: how far the medians can be trusted.
    """

    value: float
    least: float
    most: float


def alternate(subjects: Mapping[str, Subject], *, rounds: int) -> list[Figure]:
    """Sample all subjects in turns, ``rounds`` times, after one turn that does not count.

    Raises ValueError for less than LEAST_ROUNDS rounds, and for a subject whose metrics vary.
    """
    if rounds < LEAST_ROUNDS:
        raise ValueError(f"A median of {rounds} says little; at least {LEAST_ROUNDS} rounds.")
    for subject in subjects.values():
        _sample(subject)
    samples: dict[str, list[Sample]] = {name: [] for name in subjects}
    for _ in range(rounds):
        for name, subject in subjects.items():
            samples[name].append(_sample(subject))
    return [figure for name in subjects for figure in _figures(name, samples[name])]


def _sample(subject: Subject) -> Sample:
    gc.collect()  # what one leaves behind is not for the next one to sweep
    return subject()


def _figures(subject: str, samples: Sequence[Sample]) -> list[Figure]:
    metrics = samples[0].keys()
    if any(sample.keys() != metrics for sample in samples):
        raise ValueError(f"{subject} does not measure the same every time.")
    return [
        Figure(subject, metric, tuple(sample[metric] for sample in samples)) for metric in metrics
    ]


def find(figures: Sequence[Figure], subject: str, metric: str) -> Figure:
    """Raises LookupError when that was not measured."""
    for figure in figures:
        if (figure.subject, figure.metric) == (subject, metric):
            return figure
    raise LookupError(f"Nothing measured {metric!r} of {subject!r}.")


def ratio(figure: Figure, beside: Figure) -> Comparison:
    return _compared(figure, beside, lambda one, other: one / other)


def difference(figure: Figure, beside: Figure) -> Comparison:
    return _compared(figure, beside, lambda one, other: one - other)


def _compared(figure: Figure, beside: Figure, how: Callable[[float, float], float]) -> Comparison:
    by_round = [how(one, other) for one, other in zip(figure.values, beside.values, strict=True)]
    return Comparison(how(figure.median, beside.median), min(by_round), max(by_round))


def timed(work: Callable[[], Any], *, times: int = 1, cpu: bool = True) -> Subject:
    """A subject that calls ``work`` and measures milliseconds a call on the clock.

    ``cpu``: also those of the processor in this process, all threads together; False where the
    work is done in another process.
    """

    def sample() -> Sample:
        wall, used = time.perf_counter(), time.process_time()
        for _ in range(times):
            work()
        measured = {WALL: time.perf_counter() - wall}
        if cpu:
            measured[CPU] = time.process_time() - used
        return {metric: 1000 * seconds / times for metric, seconds in measured.items()}

    return sample


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` (0 to 1) of ``values`` do not exceed.

    Raises ValueError without values.
    """
    if not values:
        raise ValueError("There is no percentile of nothing.")
    ordered = sorted(values)
    return ordered[max(1, math.ceil(len(ordered) * share)) - 1]
