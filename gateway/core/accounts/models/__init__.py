"""The rows of the accounts. Users are Django's own.

::

    User ──  Session ── RefreshToken     a login, and the secrets that renew it
       └──── Membership ── Team          who is given rights together
"""

from gateway.core.accounts.models.session import RefreshToken, Session
from gateway.core.accounts.models.team import Membership, Team

__all__ = ["Membership", "RefreshToken", "Session", "Team"]
