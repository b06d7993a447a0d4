"""The declaration of a benchmark.

    @benchmark("ec2_list", "1,000 EC2 machines from a static reply", targets=(...))
    def ec2_list(world):
        with a_server() as url:
            yield {"gateway": timed(...), "libcloud": timed(...)}

The function is a generator. The code before ``yield`` prepares the subjects and checks that all of
them do the same work. The code after ``yield`` cleans up. Only the subjects are measured.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from types import ModuleType
from typing import Any

from benchmarks.measure import (
    LEAST_ROUNDS,
    WALL,
    Comparison,
    Figure,
    Subject,
    alternate,
    difference,
    find,
    ratio,
)

DEFAULT_ROUNDS = 9

Prepare = Callable[[Any], Iterator[Mapping[str, Subject]]]


class UnknownBenchmark(LookupError):
    """No benchmark has this name."""


class Skipped(Exception):
    """This machine does not have something that the benchmark needs; the message names it."""


class By(StrEnum):
    """How a subject is held against another one."""

    RATIO = "×"
    DIFFERENCE = "ms beyond"


@dataclass(frozen=True, slots=True)
class Target:
    """``subject`` held against ``beside``. Without a limit it is a figure to know, not to reach.

    ``at_most``: the largest ratio, or difference in the metric's unit, that is good enough.
    """

    subject: str
    beside: str
    at_most: float | None = None
    by: By = By.RATIO
    metric: str = WALL

    def seen(self, figures: Sequence[Figure]) -> Comparison:
        compare = ratio if self.by is By.RATIO else difference
        return compare(
            find(figures, self.subject, self.metric), find(figures, self.beside, self.metric)
        )

    def is_met(self, figures: Sequence[Figure]) -> bool | None:
        """None: it has no limit."""
        return None if self.at_most is None else self.seen(figures).value <= self.at_most


@dataclass(frozen=True, slots=True)
class Benchmark:
    """``about``: what is measured, for people. The first subject is the product. ``is_long``: it
    takes a minute or more, so a short run leaves it out.
    """

    name: str
    about: str
    prepare: Callable[[Any], AbstractContextManager[Mapping[str, Subject]]]
    targets: tuple[Target, ...]
    rounds: int
    is_long: bool = False

    def run(self, world: Any, *, short: bool = False) -> list[Figure]:
        """``short``: in the fewest rounds that have a median."""
        rounds = min(self.rounds, LEAST_ROUNDS) if short else self.rounds
        with self.prepare(world) as subjects:
            figures = alternate(subjects, rounds=rounds)
        for target in self.targets:
            target.seen(
                figures
            )  # a target that names no figure is found at once, not in the report
        return figures


_benchmarks: dict[str, Benchmark] = {}


def benchmark(
    name: str,
    about: str,
    *,
    targets: Sequence[Target] = (),
    rounds: int = DEFAULT_ROUNDS,
    is_long: bool = False,
) -> Callable[[Prepare], Prepare]:
    """Register ``prepare`` under ``name``; two of one name are an error."""

    def register(prepare: Prepare) -> Prepare:
        if name in _benchmarks:
            raise ValueError(f"There are two benchmarks named {name!r}.")
        _benchmarks[name] = Benchmark(
            name, about, contextmanager(prepare), tuple(targets), rounds, is_long
        )
        return prepare

    return register


def load(package: ModuleType) -> None:
    """Import every module of ``package``, so that its benchmarks are registered."""
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)


def chosen(only: Sequence[str], *, short: bool = False) -> list[Benchmark]:
    """Those named, or all; ``short``: or all that are not long. Raises UnknownBenchmark."""
    for name in only:
        if name not in _benchmarks:
            known = ", ".join(_benchmarks)
            raise UnknownBenchmark(f"There is no benchmark {name!r}. There are: {known}.")
    if not only:
        return [one for one in _benchmarks.values() if not (short and one.is_long)]
    return [_benchmarks[name] for name in only]
