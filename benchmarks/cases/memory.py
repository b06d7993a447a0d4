"""The memory of a process that lists for hours: it must not grow."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from benchmarks.measure import Subject
from benchmarks.registry import Target, benchmark
from benchmarks.servers.lister import lister
from benchmarks.world import World

NOW, EARLY = "after up to 1,000 listings", "after the first fifty"
MEMORY = "MiB"


@benchmark(
    "memory",
    "The resident memory of a process that asks a simulator of 1,000 machines again and again, "
    "after each 200 listings more (1,250 in all), beside what it held after the first fifty.",
    targets=(Target(NOW, EARLY, at_most=1.1, metric=MEMORY),),
    rounds=5,
    is_long=True,
)
def memory(world: World) -> Iterator[Mapping[str, Subject]]:
    with lister(world.environment) as after:
        early = after(50)
        yield {NOW: partial(_memory, after), EARLY: lambda: {MEMORY: early}}


def _memory(after: Callable[[int], float]) -> dict[str, float]:
    return {MEMORY: after(200)}
