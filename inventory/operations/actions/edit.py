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

    ``takes``: its arguments. ``clean(row, given)``: them as JSON values, by what never changes of
    the row: an idempotency key stands for them. ``settle(row, given, arguments)``: those of the
    job, for a new request alone; raises ExpectedError for what the cloud's documented rules forbid
    the object as it is. ``clean`` raises it for what they forbid always.
    ``is_done(record, arguments)``, ``refusal(record, arguments)``: why it cannot be done to the
    object as it is, or an empty text; both take rows too. ``waits``: states that will pass by
    themselves. ``sent(arguments)``: what the cloud's function takes.
    ``pending``: what it may mean that an accepted request shows no effect.
    ``refuses_done``: why a request for what is so already is refused; empty: its job has nothing
    to do.
    """

    done: str
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
        """What a dry run says of a target."""
        noun = self.target_type.noun
        if self.is_done(record, arguments):
            if self.refuses_done:
                return Judgement(False, self.refuses_done)
            return Judgement(True, f"The {noun} is {self.done} already; nothing would be done.")
        if why := self.refusal(record, arguments):
            return Judgement(False, why)
        return Judgement(True, self.target_type.in_state(record.state), self.capability)
