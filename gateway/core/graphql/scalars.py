"""Scalars that more than one app uses."""

from graphene.types.generic import GenericScalar


class JSON(GenericScalar):
    """Any JSON value as it is, not as text: an object, a list, a string, a number, a boolean."""
