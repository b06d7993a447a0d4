"""The declared arguments of an action, besides its target."""

from dataclasses import dataclass

LONGEST_TEXT = 255  # characters; the limit of AWS's descriptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One input field. ``type``: the name of a GraphQL type. ``is_object``: it is the id of an
    object of that type, of whose provider the user must be an operator. ``longest``: characters of
    a text; 0 if only ``clean`` of the action knows the limit. ``names``: the type of objects whose
    global id is accepted in place of the cloud's own.
    """

    description: str
    type: str = "String"
    is_object: bool = False
    required: bool = False
    longest: int = LONGEST_TEXT
    names: str = ""
