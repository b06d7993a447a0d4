"""The account at Azure: a service principal with a secret, in one subscription."""

from inventory.providers.credential import CredentialField
from inventory.providers.kind import Values

FIELDS = (
    CredentialField("tenant_id", "Tenant", help="The directory's id, as AZURE_TENANT_ID has it."),
    CredentialField(
        "subscription_id",
        "Subscription",
        help="The subscription's id, as AZURE_SUBSCRIPTION_ID has it.",
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
        help="The location whose sizes are listed. Orders without a location go there.",
        default="eastus",
    ),
    CredentialField(
        "resource_group",
        "Resource group",
        help="The resource group of new machines.",
        required=False,
    ),
    CredentialField(
        "network",
        "Virtual network",
        help="The network of new machines: its name in the resource group.",
        required=False,
    ),
    CredentialField(
        "subnet", "Subnet", help="The subnet of new machines, in the network.", default="default"
    ),
    CredentialField(
        "admin_username",
        "User",
        help="The user that is created on new machines.",
        default="azureuser",
    ),
)


def in_lower_case(credentials: Values) -> Values:
    """The values that are compared: GUIDs and the domain of a tenant ignore case."""
    names = ("tenant_id", "subscription_id")
    return {name: str(credentials.get(name) or "").lower() for name in names}
