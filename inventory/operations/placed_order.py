"""An order as a job sends it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """``arguments``: the job's, with the ids that names stand for in ``region``. ``mark``: the
    order's client token. ``is_repeated``: an earlier attempt may have made the product.
    """

    arguments: Mapping[str, Any]
    region: str
    mark: str
    is_repeated: bool
