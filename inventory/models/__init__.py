"""The rows: what is connected, and what was last seen there.

::

    Provider ── Credentials          an account at a cloud, its secrets in a table of their own
       └── Source                    provider × region × resource: what is asked, and its receipt
             ├── VirtualMachine ── Change, MachineTag, MachineAddress
             ├── Size, Image, Location
    Repository                       a code repository
"""

from inventory.models.catalog import Image, Location, Size
from inventory.models.change import Change
from inventory.models.machine import VirtualMachine
from inventory.models.provider import Credentials, Provider
from inventory.models.repository import Repository
from inventory.models.source import Source
from inventory.models.terms import MachineAddress, MachineTag

__all__ = [
    "Change",
    "Credentials",
    "Image",
    "Location",
    "MachineAddress",
    "MachineTag",
    "Provider",
    "Repository",
    "Size",
    "Source",
    "VirtualMachine",
]
