"""What an action takes beside its target, as it is declared."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One input field. ``type``: the name of a GraphQL type. ``is_object``: it is the id of an
    object of that type, of whose provider the user must be an operator.
    """

    description: str
    type: str = "String"
    is_object: bool = False
    required: bool = False
