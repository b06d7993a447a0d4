"""Derives a parent's state, progress and result from its children's states, without I/O."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from jobs.models.states import FINISHED, JobState


@dataclass(frozen=True, slots=True)
class Tally:
    """How many children are in each state. A parent without children has succeeded."""

    counts: Counter[JobState]

    @classmethod
    def of(cls, counted: Iterable[tuple[str, int]]) -> "Tally":
        return cls(Counter({JobState(state): count for state, count in counted}))

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def finished(self) -> int:
        return sum(self.counts[state] for state in FINISHED)

    @property
    def has_begun(self) -> bool:
        return self.counts[JobState.QUEUED] < self.total or not self.total

    @property
    def progress(self) -> int:
        """The share of children that have finished, in percent."""
        return 100 * self.finished // self.total if self.total else 100

    @property
    def result(self) -> dict[str, int]:
        return {state.lower(): self.counts[state] for state in FINISHED}

    def final_state(self, *, canceled: bool) -> JobState | None:
        """The parent's final state, or None while a child is unfinished.

        ``canceled``: the parent itself was canceled, not only children of it. It is CANCELED too if
        children were canceled and none failed.
        """
        if self.finished < self.total:
            return None
        if self.counts[JobState.SUCCEEDED] == self.total:
            return JobState.SUCCEEDED
        if canceled or not self.counts[JobState.FAILED]:
            return JobState.CANCELED
        return JobState.FAILED

    @property
    def failure(self) -> str:
        """The error message of a parent that FAILED."""
        return f"Of its jobs: {self}"

    def __str__(self) -> str:
        if not self.total:
            return "There was nothing to do."
        parts = [f"{count} {state}" for state, count in self.result.items() if count]
        return f"{', '.join(parts)} of {self.total}."
