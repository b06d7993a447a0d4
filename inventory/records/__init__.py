"""What clouds return of each type of object: plain frozen records, a module each.

::

    base       what every record has, and the register
    volume, …  the records, with the vocabulary of their states

A module here is found by itself. Nothing here does I/O or imports a model: kinds of clouds, which
an installed package may bring, use it. The records of machines, containers and catalogues stand in
``inventory.types``.
"""

from importlib import import_module
from pkgutil import iter_modules

from inventory.records.base import RECORDS, ObservedRecord, listed

__all__ = ["RECORDS", "ObservedRecord", "listed"]

for _found in iter_modules(__path__, f"{__name__}."):
    import_module(_found.name)
