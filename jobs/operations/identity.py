"""The identity of a job's target, in the job's memory.

The id of a target may name another object later, such as a pod that was created again with the same
name. The identity is stored at submission, steps add to it, and a retry inherits it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

IDENTITY = "identity"  # the key in the memory
UNIDENTIFIED: Mapping[str, Any] = MappingProxyType({})


def identity_in(memory: Mapping[str, Any]) -> Mapping[str, Any]:
    """The identity in a job's memory; empty if there is none."""
    found: Mapping[str, Any] = memory.get(IDENTITY, UNIDENTIFIED)
    return found
