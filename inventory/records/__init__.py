"""The records that clouds return, a module for each type of object: plain and frozen, with the
states of such an object and the actions that lead from one state to another.

::

    base       what every record has, and the register
    state_change  an action that takes nothing but its object
    volume, …  the records, with the vocabulary of their states

A module here is found automatically. Nothing here does I/O or imports a model: kinds of clouds,
which an installed package may bring, use it. The records of machines, containers and catalogues are
in ``inventory.types``.
"""

from importlib import import_module
from pkgutil import iter_modules

from inventory.records.base import CHANGES, RECORDS, ObservedRecord, listed
from inventory.records.state_change import StateChange

__all__ = ["CHANGES", "RECORDS", "ObservedRecord", "StateChange", "listed"]

for _found in iter_modules(__path__, f"{__name__}."):
    import_module(_found.name)
