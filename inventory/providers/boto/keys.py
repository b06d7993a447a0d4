"""An access key of AWS, for the length of one task."""

from typing import NamedTuple


class Keys(NamedTuple):
    access_key_id: str
    secret_access_key: str
    session_token: str | None = None

    def __repr__(self) -> str:
        return "Keys(…)"

    @property
    def secrets(self) -> list[str]:
        return [key for key in self if key]
