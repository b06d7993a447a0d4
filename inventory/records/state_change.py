"""A change of an object's state that takes nothing but the object, as it is declared."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from inventory.types import MeaningfulEnum

States = frozenset[MeaningfulEnum]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """An action whose end a read of the object shows: it is in the state ``goal`` then.

    The capability, the job's operation, the mutation, its dry run and the scope of API tokens are
    derived from it. ``verb``: as kinds of clouds mark the function that does it. ``label``: of its
    job. ``meaning``: of the capability; empty: the label, as a sentence. ``description``: of its
    mutation. ``bulk``: of the mutation that does it to many objects; empty: there is none. The
    other fields are as those of ``operations.actions.Change``.
    """

    verb: str
    label: str
    description: str
    goal: MeaningfulEnum
    done: str
    ready: States
    waits: States = frozenset()
    meaning: str = ""
    pending: str | None = None
    refused_early: bool = False
    forbids: Callable[[Any], str] = lambda _object: ""
    leaves: Callable[[Any], str] = lambda _object: ""
    bulk: str = ""
