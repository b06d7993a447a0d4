"""The rows: what is connected, and what was last seen there.

::

    Provider ── Credentials          an account at a cloud, its secrets in a table of their own
       ├── ProviderCheck             what its latest check found
       ├── Grant                     what others than its owner may do with it
       └── Source                    provider × region × resource: what is asked, and its receipt
             ├── VirtualMachine ── Change, MachineTag, MachineAddress
             ├── Container ── ContainerLabel
             ├── Size, Image, Location
    Repository                       a code repository
"""

from inventory.models.catalog import Image, Location, Size
from inventory.models.change import Change
from inventory.models.check import ProviderCheck
from inventory.models.container import Container
from inventory.models.grant import Grant, Role
from inventory.models.machine import VirtualMachine
from inventory.models.observed import Observed
from inventory.models.provider import Credentials, Provider
from inventory.models.repository import Repository
from inventory.models.source import Source
from inventory.models.terms import ContainerLabel, MachineAddress, MachineTag

__all__ = [
    "Change",
    "Container",
    "ContainerLabel",
    "Credentials",
    "Grant",
    "Image",
    "Location",
    "MachineAddress",
    "MachineTag",
    "Observed",
    "Provider",
    "ProviderCheck",
    "Repository",
    "Role",
    "Size",
    "Source",
    "VirtualMachine",
]
