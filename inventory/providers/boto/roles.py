"""Keys of an assumed role, for an hour, from STS."""

from inventory.providers.boto.client import client_of
from inventory.providers.boto.errors import mapped
from inventory.providers.boto.grants import grant_in
from inventory.providers.boto.keys import Keys
from inventory.providers.token_cache import Grant

SESSION_NAME = "cloud-gateway"  # CloudTrail shows it beside every call


def assume_role(own: Keys, url: str, region: str, role: str, external_id: str) -> Grant:
    parameters = {"RoleArn": role, "RoleSessionName": SESSION_NAME}
    if external_id:
        parameters["ExternalId"] = external_id
    with mapped():
        answer = client_of("sts", own, url, region).assume_role(**parameters)
    return grant_in(answer, "AssumeRole")


def assume_role_with_web_identity(token: str, url: str, region: str, role: str) -> Grant:
    """``token``: of OpenID Connect. The request has no signature."""
    parameters = {"RoleArn": role, "RoleSessionName": SESSION_NAME, "WebIdentityToken": token}
    sts = client_of("sts", None, url, region)
    with mapped():
        answer = sts.assume_role_with_web_identity(**parameters)
    return grant_in(answer, "AssumeRoleWithWebIdentity")
