"""The settings of a service principal of Azure, by the names of three tools.

AZURE_…: learn.microsoft.com, "azure-identity" and the Azure CLI's configuration. ARM_…: Terraform's
registry.terraform.io/providers/hashicorp/azurerm, "Argument Reference". ``SUBSCRIPTION`` and
``PRINCIPAL``: an entry of ~/.azure/azureProfile.json, and one of service_principal_entries.json, as
azure-cli writes them (azure/cli/core/_profile.py and azure/cli/core/auth/identity.py).
"""

import re

from inventory.imports.clouds.keys import Keys

AZURE = {
    "AZURE_TENANT_ID": "tenant_id",
    "AZURE_SUBSCRIPTION_ID": "subscription_id",
    "AZURE_CLIENT_ID": "client_id",
    "AZURE_APPLICATION_ID": "client_id",
    "AZURE_CLIENT_SECRET": "client_secret",
    "AZURE_SECRET_KEY": "client_secret",
}
AZURE_PLACES = ("AZURE_REGION", "AZURE_LOCATION")
# Asked only without a secret, as azure-identity does.
AZURE_LOGINS = {
    "AZURE_CLIENT_CERTIFICATE_PATH": "a certificate",
    "AZURE_FEDERATED_TOKEN_FILE": "a token that is renewed on the machine that it lies on",
    "AZURE_PASSWORD": "a person's password",
}
UNUSED_LOGIN = "it belongs to a login that is used only without a secret"
COMMANDS_OWN = "it concerns the command's own output and defaults"
OTHER_SERVICE = "it concerns a service that the gateway does not ask"
OTHER_CLOUD = "it is an account of another cloud than Azure's public one"
AZURE_KEYS = Keys(
    honoured=frozenset({*AZURE, *AZURE_PLACES, *AZURE_LOGINS}),
    harmless={
        "AZURE_USERNAME": UNUSED_LOGIN,
        "AZURE_CLIENT_CERTIFICATE_PASSWORD": UNUSED_LOGIN,
        "AZURE_CLIENT_SEND_CERTIFICATE_CHAIN": UNUSED_LOGIN,
        "AZURE_ADDITIONALLY_ALLOWED_TENANTS": "the gateway signs in to AZURE_TENANT_ID alone",
        "AZURE_TOKEN_CREDENTIALS": "the gateway signs in with the secret",
        "AZURE_POD_IDENTITY_AUTHORITY_HOST": UNUSED_LOGIN,
        "AZURE_CONFIG_DIR": COMMANDS_OWN,
        "AZURE_EXTENSION_*": COMMANDS_OWN,
        "AZURE_CORE_*": COMMANDS_OWN,
        "AZURE_CLI_*": COMMANDS_OWN,
        "AZURE_LOGGING_*": COMMANDS_OWN,
        "AZURE_LOG_LEVEL": COMMANDS_OWN,
        "AZURE_DEFAULTS_*": COMMANDS_OWN,
        "AZURE_RESOURCE_GROUP": COMMANDS_OWN,
        "AZURE_HTTP_USER_AGENT": COMMANDS_OWN,
        "AZURE_TRACING_*": COMMANDS_OWN,
        "AZURE_SDK_*": COMMANDS_OWN,
        "AZURE_TELEMETRY_*": COMMANDS_OWN,
        "AZURE_STORAGE_*": OTHER_SERVICE,
        "AZURE_DEVOPS_*": OTHER_SERVICE,
        "AZURE_OPENAI_*": OTHER_SERVICE,
    },
    skipping={
        "AZURE_AUTHORITY_HOST": OTHER_CLOUD,
        "AZURE_CLOUD": OTHER_CLOUD,
        "AZURE_CLOUD_NAME": OTHER_CLOUD,
        "AZURE_ENVIRONMENT": OTHER_CLOUD,
        "AZURE_RESOURCE_MANAGER_ENDPOINT": OTHER_CLOUD,
        "AZURE_REGIONAL_AUTHORITY_NAME": "it signs in at another address than the gateway does",
    },
    usual={
        "AZURE_AUTHORITY_HOST": re.compile(r"(https://)?login\.microsoftonline\.com/?"),
        "AZURE_RESOURCE_MANAGER_ENDPOINT": re.compile(r"https://management\.azure\.com/?"),
        **dict.fromkeys(
            ("AZURE_CLOUD", "AZURE_CLOUD_NAME", "AZURE_ENVIRONMENT"),
            re.compile("azurecloud|azurepubliccloud|azurepublic|public"),
        ),
    },
)

ARM = {
    "ARM_TENANT_ID": "tenant_id",
    "ARM_SUBSCRIPTION_ID": "subscription_id",
    "ARM_CLIENT_ID": "client_id",
    "ARM_CLIENT_SECRET": "client_secret",
}
# Each names a file that has the value.
ARM_FILES = {
    "ARM_CLIENT_ID_FILE_PATH": "client_id",
    "ARM_CLIENT_SECRET_FILE_PATH": "client_secret",
}
# Asked only without a secret, in the order of Terraform.
ARM_LOGINS = {
    "ARM_CLIENT_CERTIFICATE": "a certificate",
    "ARM_CLIENT_CERTIFICATE_PATH": "a certificate",
    "ARM_USE_OIDC": "a token of OpenID Connect",
    "ARM_USE_AKS_WORKLOAD_IDENTITY": "the identity of the machine that it runs on",
    "ARM_USE_MSI": "the identity of the machine that it runs on",
}
TERRAFORMS_OWN = "it concerns Terraform's own requests"
ARM_KEYS = Keys(
    honoured=frozenset({*ARM, *ARM_FILES, *ARM_LOGINS}),
    harmless={
        "ARM_CLIENT_CERTIFICATE_PASSWORD": UNUSED_LOGIN,
        "ARM_OIDC_*": UNUSED_LOGIN,
        "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID": UNUSED_LOGIN,
        "ARM_MSI_*": UNUSED_LOGIN,
        "ARM_USE_CLI": UNUSED_LOGIN,
        "ARM_AUXILIARY_TENANT_IDS": "the gateway signs in to ARM_TENANT_ID alone",
        "ARM_PARTNER_ID": TERRAFORMS_OWN,
        "ARM_DISABLE_*": TERRAFORMS_OWN,
        "ARM_CORRELATION_REQUEST_ID": TERRAFORMS_OWN,
        "ARM_SKIP_PROVIDER_REGISTRATION": TERRAFORMS_OWN,
        "ARM_RESOURCE_PROVIDER*": TERRAFORMS_OWN,
        "ARM_PROVIDER_*": TERRAFORMS_OWN,
        "ARM_*POINTZERO_BETA*": TERRAFORMS_OWN,
        "ARM_STORAGE_USE_AZUREAD": OTHER_SERVICE,
        "ARM_USE_AZUREAD": OTHER_SERVICE,
        "ARM_ACCESS_KEY": OTHER_SERVICE,
        "ARM_SAS_TOKEN": OTHER_SERVICE,
        "ARM_SNAPSHOT": OTHER_SERVICE,
    },
    skipping=dict.fromkeys(
        ("ARM_ENVIRONMENT", "ARM_METADATA_HOST", "ARM_METADATA_HOSTNAME"), OTHER_CLOUD
    ),
    usual={
        "ARM_ENVIRONMENT": re.compile("public|azurecloud"),
        **dict.fromkeys(
            ("ARM_METADATA_HOST", "ARM_METADATA_HOSTNAME"), re.compile(r"management\.azure\.com")
        ),
    },
)

SUBSCRIPTION = Keys(
    honoured=frozenset({"id", "tenantId", "user", "name"}),
    harmless={
        "state": "Azure itself refuses what a subscription in this state may not do",
        **dict.fromkeys(("isDefault", "cloudName"), COMMANDS_OWN),
        **dict.fromkeys(
            ("homeTenantId", "managedByTenants", "tenantDefaultDomain", "tenantDisplayName"),
            "it describes the tenant",
        ),
    },
    skipping={"environmentName": OTHER_CLOUD},
    usual={"environmentName": re.compile("azurecloud")},
)
PRINCIPAL = Keys(
    honoured=frozenset({"client_id", "tenant", "client_secret"}),
    skipping={
        **dict.fromkeys(("certificate", "use_cert_sn_issuer"), "it logs in with a certificate"),
        "client_assertion": "it logs in with a token of OpenID Connect, which ends soon",
    },
)
