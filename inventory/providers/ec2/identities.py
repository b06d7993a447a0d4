"""The source of an account's keys: the account's values, or an identity of the gateway's own.

An identity of the gateway's own is a profile of its ``~/.aws`` or the role of the machine that it
runs on. An operator lists those that may be used: ``AWS_IDENTITIES`` has patterns, as
``profile:team-*`` and ``instance-role``. Nothing is listed by default, and superusers alone enter
one, so that no user acts with the rights of the server.
"""

from fnmatch import fnmatchcase

from django.conf import settings

from inventory.providers.credential import CredentialProblem
from inventory.providers.kind import Values

INSTANCE_ROLE = "instance-role"
SOURCES = ("access_key_id", "profile", "instance_role", "web_identity_token")


def identity_of(credentials: Values) -> str:
    """The gateway's own identity that the account borrows; empty if it has none."""
    if profile := credentials.get("profile"):
        return f"profile:{profile}"
    return INSTANCE_ROLE if credentials.get("instance_role") else ""


def is_listed(identity: str) -> bool:
    return any(fnmatchcase(identity, pattern) for pattern in settings.AWS_IDENTITIES)


def unlisted(identity: str) -> str:
    return f"{identity} is not listed in AWS_IDENTITIES; ask an operator."


def judge(credentials: Values) -> None:
    """Raises CredentialProblem unless the keys come from one place, which may be used."""
    given = [name for name in SOURCES if credentials.get(name)]
    if not given:
        others = ", ".join(SOURCES[1:])
        raise CredentialProblem(SOURCES[0], f"is required, or one of {others}.")
    if len(given) > 1:
        message = f"cannot be combined with {given[0]}: keys come from one place."
        raise CredentialProblem(given[1], message)
    _judge_keys(credentials)
    _judge_web_identity(credentials)
    identity = identity_of(credentials)
    if identity and not is_listed(identity):
        raise CredentialProblem(given[0], unlisted(identity))


def _judge_keys(credentials: Values) -> None:
    has_key = bool(credentials.get("access_key_id"))
    if has_key and not credentials.get("secret_access_key"):
        raise CredentialProblem("secret_access_key", "is required.")
    for name in ("secret_access_key", "session_token"):
        if credentials.get(name) and not has_key:
            raise CredentialProblem(name, "is only taken with access_key_id.")


def _judge_web_identity(credentials: Values) -> None:
    if not credentials.get("web_identity_token"):
        return
    if not credentials.get("role_arn"):
        raise CredentialProblem("role_arn", "is required with web_identity_token.")
    for name in ("endpoint_url", "external_id"):
        # The token is as good as a key: it is sent to Amazon's STS alone.
        if credentials.get(name):
            raise CredentialProblem(name, "cannot be combined with web_identity_token.")
