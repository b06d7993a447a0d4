"""Kubernetes' quantities: "512Mi", "1G", "1.5e9", "128974848", "400m".

"Quantity" in the API's reference, kubernetes.io/docs/reference/kubernetes-api/common-definitions.
"""

import re
from decimal import Decimal

PATTERN = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|(n|u|m|k|[MGTPE]i?|Ki))?")
DECIMAL = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
MIB = 1 << 20
LONGEST, LARGEST_EXPONENT = 64, 40  # of what a cluster can mean


def mebibytes(text: str) -> int:
    """Whole MiB, those that are begun left out. Raises ValueError for what is no quantity."""
    return int(_number(text) // MIB)


def _number(text: str) -> Decimal:
    match = PATTERN.fullmatch(text) if len(text) <= LONGEST else None
    if match is None or abs(int(match[2] or 0)) > LARGEST_EXPONENT:
        raise ValueError(f"{text[:20]!r} is no quantity.")
    digits, exponent, suffix = match.groups()
    if suffix in BINARY:
        return Decimal(digits) * (1 << BINARY[suffix])
    return Decimal(digits).scaleb(DECIMAL[suffix] if suffix else int(exponent or 0))
