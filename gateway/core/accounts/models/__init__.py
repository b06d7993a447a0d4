"""The rows of the accounts: sessions and the tokens that renew them. Users are Django's own."""

from gateway.core.accounts.models.session import RefreshToken, Session

__all__ = ["RefreshToken", "Session"]
