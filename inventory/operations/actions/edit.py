"""A change of an object that takes arguments, and that a read of the object shows to be done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from inventory.operations.actions.action import Judgement, States
from inventory.operations.actions.declared import Declared
from inventory.operations.actions.taken import Taken

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit(Declared):
    """``done``: the object afterwards, as in "attached to it".

    ``changes``: the columns that it changes, for the history. ``takes``: its arguments.
    ``clean(row, given)``: them as JSON values, by columns of the row that never change: an
    idempotency key is compared with them. Raises ExpectedError for values that the cloud's
    documented rules always forbid. ``settle(row, given, arguments)``: those of the job, only for a
    new request; raises ExpectedError if the rules forbid them for the object as it is.
    ``is_done(record, arguments)``, ``refusal(record, arguments)``: why it cannot be done to the
    object as it is, or an empty text; both take rows too. ``waits``: states that will pass by
    themselves. ``sent(arguments)``: the arguments of the cloud's function.
    ``pending``: the possible reason why an accepted request shows no effect.
    ``refuses_done``: why a request is refused if it is done already; empty: its job has nothing
    to do.
    """

    done: str
    changes: tuple[str, ...]
    takes: Mapping[str, Taken]
    clean: Callable[[Any, Arguments], dict[str, Any]]
    is_done: Callable[[Any, Arguments], bool]
    refusal: Callable[[Any, Arguments], str]
    sent: Callable[[Arguments], tuple[Any, ...]]
    waits: States = frozenset()
    settle: Callable[[Any, Arguments, dict[str, Any]], dict[str, Any]] = (
        lambda _row, _given, arguments: arguments
    )
    pending: str | None = None
    refuses_done: str = ""

    def judge(self, record: Any, arguments: Arguments) -> Judgement:
        """A dry run's answer for a target."""
        noun = self.target_type.noun
        if self.is_done(record, arguments):
            if self.refuses_done:
                return Judgement(False, self.refuses_done)
            return Judgement(True, f"The {noun} is {self.done} already; nothing would be done.")
        if why := self.refusal(record, arguments):
            return Judgement(False, why)
        return Judgement(True, self.target_type.in_state(record.state), self.capability)
