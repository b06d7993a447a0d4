"""The personas: one for each way to have a right, and one for each way to have none."""

from enum import StrEnum


class Who(StrEnum):
    NOBODY = "nobody"  # not logged in
    STRANGER = "stranger"  # logged in, and owns another provider
    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"
    MEMBER = "member"  # VIEWER through a team
    OWNER = "owner"
    SUPERUSER = "superuser"


EVERYBODY = frozenset(Who) - {Who.NOBODY}
SUPERUSERS = frozenset({Who.SUPERUSER})
ADMINS = frozenset({Who.ADMIN, Who.OWNER, Who.SUPERUSER})
OPERATORS = ADMINS | {Who.OPERATOR}
VIEWERS = OPERATORS | {Who.VIEWER, Who.MEMBER}
