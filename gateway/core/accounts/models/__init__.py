"""The rows of the accounts. Users are Django's own.

::

    User ──  Session ── RefreshToken     a login, and the secrets that renew it
       ├──── FoldedLogin                 the login for case-insensitive look-ups
       ├──── ApiToken                    a token for scripts that act for the user
       └──── Membership ── Team          users that are given rights together
"""

from gateway.core.accounts.models.api_token import ApiToken
from gateway.core.accounts.models.login import FoldedLogin
from gateway.core.accounts.models.session import RefreshToken, Session
from gateway.core.accounts.models.team import Membership, Team

__all__ = ["ApiToken", "FoldedLogin", "Membership", "RefreshToken", "Session", "Team"]
