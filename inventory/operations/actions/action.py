"""The declaration of an action on one object: the states before and after it, and its texts.

The job's operation, the mutation, its dry run and the scope of API tokens are derived from it. The
workers act by it, and a dry run answers by it.

::

    Action            takes nothing but its target
    ├── Change        from some states to another one, which a read shows
    └── AtMostOnce    from RUNNING to RUNNING: nothing shows whether it was done
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from inventory.operations.actions.declared import ActionError, Declared
from inventory.providers import Capability
from inventory.types import MeaningfulEnum
from jobs.api import Outcome

States = frozenset[MeaningfulEnum]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The decision if a target's state allows an action, and the first request to the cloud.

    ``would_ask``: None if nothing would be done.
    """

    allowed: bool
    message: str
    would_ask: Capability | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Declared):
    """An action on an object of ``target_type``, which takes nothing else.

    ``done``: the object afterwards, as in "stopped". ``ready``: states in which the cloud can be
    asked.
    ``derived``: whether its operation is derived too; else a module of ``inventory.operations``
    registers it. ``refused_early``: a request that the object's state forbids makes no job.
    ``forbids(record)``: why it is refused for this object, a record or a row, in any state; an
    empty text if it is allowed. ``leaves(record)``: a sentence for a dry run about the objects
    that stay afterwards; an empty text if there are none.
    """

    done: str
    ready: States
    derived: bool = True
    refused_early: bool = False
    forbids: Callable[[Any], str] = lambda _object: ""
    leaves: Callable[[Any], str] = lambda _object: ""

    def __post_init__(self) -> None:
        Declared.__post_init__(self)  # super() does not know a class that dataclass made anew
        if not self.ready:
            raise ActionError(f"{self.label}: ready is empty, so that it could never be done.")

    def refusal(self, state: MeaningfulEnum) -> str:
        """Why the action cannot be done in ``state``."""
        raise NotImplementedError

    def judge(self, state: MeaningfulEnum) -> Judgement:
        """A dry run's answer for a target in ``state``."""
        raise NotImplementedError

    def judge_object(self, found: Any) -> Judgement:
        """A dry run's answer for a target, which is a record or a row."""
        judged = self.judge(found.state)
        if not judged.allowed or judged.would_ask is None:
            return judged
        if why := self.forbids(found):
            return Judgement(False, why)
        message = f"{judged.message} {self.leaves(found)}".rstrip()
        return Judgement(True, message, judged.would_ask)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Action):
    """How an object gets from some states to another one.

    ``goal``: the state in which it is done. ``waits``: states that will pass by themselves. In any
    other state but the goal the change is refused. ``pending``: the possible reason why an accepted
    request shows no effect. ``bulk``: the description of the mutation that does it to many objects;
    empty: there is none.
    """

    goal: MeaningfulEnum
    waits: States = frozenset()
    pending: str | None = None
    bulk: str = ""

    @property
    def removes(self) -> bool:
        """True if the object is gone afterwards: some clouds do not show it any more."""
        return self.goal == self.target_type.removed

    def allows(self, state: MeaningfulEnum) -> bool:
        return state == self.goal or state in self.ready or state in self.waits

    def refusal(self, state: MeaningfulEnum) -> str:
        return self.target_type.refusal(state, f"it cannot be {self.done}")

    def judge(self, state: MeaningfulEnum) -> Judgement:
        if state == self.goal:
            noun = self.target_type.noun
            return Judgement(True, f"The {noun} is {self.done} already; nothing would be done.")
        if not self.allows(state):
            return Judgement(False, self.refusal(state))
        return Judgement(True, self.target_type.in_state(state), self.capability)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtMostOnce(Action):
    """An action that ends in the state in which it begins: its request is sent at most once.

    ``goal``: that state. ``waits``: states after the request that will pass by themselves.
    ``ended``: the outcome for a record in another state, or None while there is none; it raises
    OperationFailed. An object that does its work and ends has it.
    """

    goal: MeaningfulEnum
    waits: States = frozenset()
    ended: Callable[[Any], Outcome | None] | None = None

    def refusal(self, state: MeaningfulEnum) -> str:
        return self.target_type.refusal(state, f"only what runs can be {self.done}")

    def judge(self, state: MeaningfulEnum) -> Judgement:
        message = f"{self.target_type.in_state(state)} Only what runs can be {self.done}."
        return Judgement(state in self.ready, message, self.capability)
