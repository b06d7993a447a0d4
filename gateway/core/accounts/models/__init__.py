"""The rows of the accounts. Users are Django's own.

::

    User ──  Session ── RefreshToken     a login, and the secrets that renew it
       ├──── FoldedLogin                 the login in any case and normal form
       ├──── ApiToken                    what scripts use in the user's name
       └──── Membership ── Team          who is given rights together
"""

from gateway.core.accounts.models.api_token import ApiToken
from gateway.core.accounts.models.login import FoldedLogin
from gateway.core.accounts.models.session import RefreshToken, Session
from gateway.core.accounts.models.team import Membership, Team

__all__ = ["ApiToken", "FoldedLogin", "Membership", "RefreshToken", "Session", "Team"]
