"""What a job notes about the identity of its target.

The id of a target may name another object later: a pod that is made again under the same name. The
note is a part of the job's memory. It is made at submission, steps add to it, and a retry takes it
over.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

IDENTITY = "identity"  # the key in the memory
UNIDENTIFIED: Mapping[str, Any] = MappingProxyType({})


def identity_in(memory: Mapping[str, Any]) -> Mapping[str, Any]:
    """The note in a job's memory; empty if there is none."""
    found: Mapping[str, Any] = memory.get(IDENTITY, UNIDENTIFIED)
    return found
