"""The account at Azure: a service principal with a secret, in one subscription."""

from inventory.providers.credential import CredentialField
from inventory.providers.kind import Values

FIELDS = (
    CredentialField("tenant_id", "Tenant", help="The directory's id, as AZURE_TENANT_ID has it."),
    CredentialField(
        "subscription_id", "Subscription", help="Its id, as AZURE_SUBSCRIPTION_ID has it."
    ),
    CredentialField("client_id", "Client", help="The application's id, as AZURE_CLIENT_ID has it."),
    CredentialField(
        "client_secret",
        "Client secret",
        help="The secret's value, not its id; AZURE_CLIENT_SECRET has it.",
        secret=True,
    ),
    CredentialField(
        "location",
        "Location",
        help="Whose sizes are offered, and where orders go that name no location.",
        default="eastus",
    ),
    CredentialField("resource_group", "Resource group", help="Of new machines.", required=False),
    CredentialField(
        "network",
        "Virtual network",
        help="Of new machines, by name, in the resource group.",
        required=False,
    ),
    CredentialField("subnet", "Subnet", help="Of new machines, in the network.", default="default"),
    CredentialField("admin_username", "User", help="Made on new machines.", default="azureuser"),
)


def in_lower_case(credentials: Values) -> Values:
    """The values that are compared: GUIDs and the domain of a tenant ignore case."""
    names = ("tenant_id", "subscription_id")
    return {name: str(credentials.get(name) or "").lower() for name in names}
