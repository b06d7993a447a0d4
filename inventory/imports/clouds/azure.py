"""~/.azure: the subscriptions that the Azure CLI knows, and the secrets of its service principals.

azureProfile.json has the subscriptions, and service_principal_entries.json, beside it, the logins
of ``az login --service-principal``: learn.microsoft.com/cli/azure/azure-cli-configuration and
learn.microsoft.com/cli/azure/authenticate-azure-cli-service-principal. On Windows the second file
is encrypted, and has another name.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from inventory.imports.clouds.azure_keys import PRINCIPAL, SUBSCRIPTION
from inventory.imports.clouds.found import Account, Finding, Unusable, finding
from inventory.imports.clouds.values import mapping_of, text_of
from inventory.imports.errors import ImportFailed

SUBSCRIPTIONS = "azureProfile.json"
PRINCIPALS = "service_principal_entries.json"
MACHINES = {"systemAssignedIdentity", "userAssignedIdentity"}
INSTEAD = (
    "make a service principal with `az ad sp create-for-rbac --role Reader --scopes "
    "/subscriptions/ID`, and import its values as AZURE_… variables"
)

Mappings = Mapping[str, Any]


def read_subscriptions(data: Any, principals: Any, *, origin: str) -> Iterator[Finding]:
    """Each subscription of the profile. ``principals``: None if their file is not there.

    Raises ImportFailed: one of the two files has another form.
    """
    found = data.get("subscriptions") if isinstance(data, dict) else None
    subscriptions = _mappings(found, f"{origin} has no list of subscriptions")
    entries = [] if principals is None else principals
    known = _mappings(entries, f"{PRINCIPALS} beside {origin} is no list of logins")
    for one in subscriptions:
        name = f"azure-{one['name']}" if isinstance(one.get("name"), str) else "azure-subscription"
        yield finding(origin, name, partial(_account, one, known))


def _mappings(found: Any, problem: str) -> list[dict[str, Any]]:
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ImportFailed(f"{problem}.")
    return found


def _account(subscription: Mappings, principals: list[dict[str, Any]]) -> Account:
    """Raises Unusable."""
    SUBSCRIPTION.require_known(subscription)
    user = mapping_of(subscription, "user")
    client = _client(user)
    tenant, own = text_of(subscription, "tenantId"), text_of(subscription, "id")
    if not tenant or not own or tenant == own:
        raise Unusable("it is a tenant without a subscription")
    credentials = {"tenant_id": tenant, "subscription_id": own, "client_id": client}
    credentials["client_secret"] = _secret(principals, client, tenant)
    return Account(kind="azure", credentials=credentials)


def _client(user: Mappings) -> str:
    """The id of the service principal. Raises Unusable for another login."""
    name, form = text_of(user, "name"), text_of(user, "type")
    if form == "user":
        raise Unusable(f"a person logs in to it, in a browser (user: type); {INSTEAD}")
    if form != "servicePrincipal" or not name:
        raise Unusable(f"its user has another type than servicePrincipal; {INSTEAD}")
    if name in MACHINES:
        raise Unusable(
            f"it logs in with the identity of the machine that it is stored on; {INSTEAD}"
        )
    return name


def _secret(principals: list[dict[str, Any]], client: str, tenant: str) -> str:
    for one in principals:
        if (text_of(one, "client_id"), text_of(one, "tenant")) == (client, tenant):
            PRINCIPAL.require_known(one, of=f" in {PRINCIPALS}")
            if secret := text_of(one, "client_secret"):
                return secret
    raise Unusable(
        f"{PRINCIPALS} has no secret of its service principal (on Windows that file is encrypted); "
        "import the secret as AZURE_CLIENT_SECRET, with the other AZURE_… variables"
    )
