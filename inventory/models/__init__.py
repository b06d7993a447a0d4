"""The rows: the connected accounts, and the objects that were last seen there.

::

    Provider ── Credentials          an account at a cloud, its secrets in a table of their own
       ├── PriceBook                 the prices that its owner has written down
       ├── ProviderCheck             the findings of its latest check
       ├── Grant                     the role of another user or a team on it
       └── Source                    provider × region × resource: a list, and its receipt
             ├── VirtualMachine ── Change, MachineTag, MachineAddress
             ├── MachineRollup       machines, counted and summed up
             ├── Container ── ContainerLabel
             ├── Size, Location
             ├── Image, Volume, …  declared in inventory/resources
    ListedPrice                      an entry of a cloud's list of prices
    Repository                       a code repository
    PastProvider, PastSource, PastRow   earlier states
"""

from inventory.models.catalog import Location, Size
from inventory.models.change import Change
from inventory.models.check import ProviderCheck
from inventory.models.container import Container
from inventory.models.grant import Grant, Role
from inventory.models.machine import VirtualMachine
from inventory.models.observed import Observed
from inventory.models.past import PastProvider, PastRow, PastSource
from inventory.models.price import ListedPrice, PriceBook
from inventory.models.provider import Credentials, Provider
from inventory.models.repository import Repository
from inventory.models.rollup import MachineRollup
from inventory.models.source import Source
from inventory.models.terms import ContainerLabel, MachineAddress, MachineTag

__all__ = [
    "Change",
    "Container",
    "ContainerLabel",
    "Credentials",
    "Grant",
    "ListedPrice",
    "Location",
    "MachineAddress",
    "MachineRollup",
    "MachineTag",
    "Observed",
    "PastProvider",
    "PastRow",
    "PastSource",
    "PriceBook",
    "Provider",
    "ProviderCheck",
    "Repository",
    "Role",
    "Size",
    "Source",
    "VirtualMachine",
]
