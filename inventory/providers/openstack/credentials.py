"""The account at OpenStack: a user's password in a project, or an application credential."""

import re

from inventory.providers import certificates
from inventory.providers.credential import CredentialField, CredentialProblem
from inventory.providers.kind import Values

VERSION_SUFFIX = re.compile(r"/v[23](\.0)?(/auth/tokens)?/?$")

FIELDS = (
    CredentialField(
        "auth_url",
        "Keystone",
        help="Keystone's address, as OS_AUTH_URL has it: https://cloud.example:5000/v3.",
        url=True,
    ),
    CredentialField(
        "username",
        "User",
        help="The user's name. Not needed with an application credential.",
        required=False,
    ),
    CredentialField(
        "user_id", "User's id", help="In place of the user's name and domain.", required=False
    ),
    CredentialField(
        "password", "Password", help="The user's password.", secret=True, required=False
    ),
    CredentialField(
        "project",
        "Project",
        help="The project's name or id, as OS_PROJECT_NAME has it.",
        required=False,
        sample="sample",
    ),
    CredentialField("domain", "Domain", help="The user's domain, by name or id.", required=False),
    CredentialField(
        "project_domain",
        "Project's domain",
        help="The project's domain, by name or id, if it is not the user's.",
        required=False,
    ),
    CredentialField(
        "application_credential_id",
        "Application credential",
        help="The id of an application credential, in place of user, password and project.",
        required=False,
    ),
    CredentialField(
        "application_credential_secret",
        "Application credential's secret",
        help="Keystone shows it once, when the credential is created.",
        secret=True,
        required=False,
    ),
    CredentialField(
        "network",
        "Network",
        help="The network of new machines, by name or id. Required if the project sees several.",
        required=False,
    ),
    CredentialField(
        "interface",
        "Interface",
        help="Which endpoints of the catalogue are asked: public (the default), internal or admin.",
        required=False,
    ),
    *(
        CredentialField(
            f"{service}_endpoint",
            f"{name}'s address",
            help=f"In place of the catalogue's {service} endpoint; as "
            f"{service}_endpoint_override in clouds.yaml.",
            required=False,
            url=True,
        )
        for service, name in (("compute", "Nova"), ("image", "Glance"), ("network", "Neutron"))
    ),
    *certificates.FIELDS,
)
INTERFACES = ("public", "internal", "admin")


def judge(credentials: Values) -> None:
    """Raises CredentialProblem unless they are whole."""
    by_application = bool(credentials.get("application_credential_id"))
    user = "user_id" if credentials.get("user_id") else "username"
    needed = [user, "password", "project"]
    if by_application:
        needed = ["application_credential_secret"]
    for name in needed:
        if not credentials.get(name):
            message = "is required."
            if not by_application:
                message = "is required, unless there is an application credential."
            raise CredentialProblem(name, message)
    interface = credentials.get("interface")
    if interface and interface not in INTERFACES:
        raise CredentialProblem("interface", f"must be one of {', '.join(INTERFACES)}.")
    if certificates.is_given(credentials):
        certificates.judge(credentials)


def keystone_address(auth_url: str) -> str:
    """The address without the version, which some users write and others leave out."""
    return VERSION_SUFFIX.sub("", auth_url)


def with_plain_address(credentials: Values) -> Values:
    """The values that are compared: Keystone is the same with and without its version."""
    return {**credentials, "auth_url": keystone_address(credentials["auth_url"])}
