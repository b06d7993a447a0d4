"""The environment variables of each cloud's own tools, by their prefix.

OS_…: the keys of ``openstack_keys`` in capitals. AWS_…: the keys of ``aws_keys`` in capitals, and
those of docs.aws.amazon.com/cli, "Environment variables to configure the AWS CLI". GOOGLE_…:
cloud.google.com/docs/authentication and google-auth's environment_vars. DOCKER_…:
docs.docker.com/reference/cli/docker, "Environment variables". AZURE_… and ARM_… are in
``azure_keys``, DIGITALOCEAN_… and LINODE_… in ``token_keys``.
"""

import re

from inventory.imports.clouds import aws_keys
from inventory.imports.clouds.keys import NO, Keys

COMMANDS_OWN = "it concerns the command's own output and defaults"
OTHER_SERVICE = "it concerns a service that the gateway does not ask"
# Of OS_… alone; the rest are those of clouds.yaml.
OPENSTACK_KEYS = Keys(
    honoured=frozenset(),
    harmless={"OS_CLOUD_NAME": "it names the variables' own entry"},
    skipping=dict.fromkeys(
        ("OS_CLOUD", "OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE"),
        "it names an entry or a file of clouds.yaml, which is merged; import that file",
    ),
)

AWS = {
    "AWS_ACCESS_KEY_ID": "access_key_id",
    "AWS_SECRET_ACCESS_KEY": "secret_access_key",
    "AWS_SESSION_TOKEN": "session_token",
    "AWS_SECURITY_TOKEN": "session_token",
    "AWS_ENDPOINT_URL_EC2": "endpoint_url",
    "AWS_ENDPOINT_URL": "endpoint_url",
}
AWS_ENDS = ("AWS_CREDENTIAL_EXPIRATION", "AWS_SESSION_EXPIRATION")
IN_A_PROFILE = "it names a profile, which is merged; import ~/.aws/config"
AWS_KEYS = Keys(
    honoured=frozenset(
        {*AWS, *AWS_ENDS, "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"}
    ),
    harmless={
        **{f"AWS_{key.upper()}": reason for key, reason in aws_keys.HARMLESS.items()},
        "AWS_ENDPOINT_URL_*": OTHER_SERVICE,
        "AWS_BEARER_TOKEN_*": OTHER_SERVICE,
        "AWS_DEFAULT_OUTPUT": COMMANDS_OWN,
        "AWS_PAGER": COMMANDS_OWN,
        "AWS_DATA_PATH": COMMANDS_OWN,
        "AWS_EXECUTION_ENV": COMMANDS_OWN,
        "AWS_SDK_LOAD_CONFIG": COMMANDS_OWN,
        "AWS_CONFIG_FILE": "it says where a file is, which is imported by its name",
        "AWS_SHARED_CREDENTIALS_FILE": "it says where a file is, which is imported by its name",
        "AWS_VAULT": aws_keys.SHOWN,
        "AWS_ACCOUNT_ID": aws_keys.NO_ACCOUNT_ADDRESS,
        "AWS_CONTAINER_*": "the keys go before those of a container",
    },
    skipping={
        **{f"AWS_{key.upper()}": reason for key, reason in aws_keys.SKIPPING.items()},
        "AWS_PROFILE": IN_A_PROFILE,
        "AWS_DEFAULT_PROFILE": IN_A_PROFILE,
        "AWS_ROLE_ARN": "it is for a role, which these keys do not assume",
    },
    usual={f"AWS_{key.upper()}": NO for key in ("use_fips_endpoint", "use_dualstack_endpoint")},
)

# google-auth reads the second, which is the older one, where the first is not set.
GOOGLE_PROJECTS = ("GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT")
GOOGLE_KEYS = Keys(
    honoured=frozenset({"GOOGLE_APPLICATION_CREDENTIALS", *GOOGLE_PROJECTS}),
    harmless={
        "GOOGLE_API_PYTHON_CLIENT_*": COMMANDS_OWN,
        "GOOGLE_CLOUD_DISABLE_GRPC": COMMANDS_OWN,
        "GOOGLE_CLOUD_REGION": COMMANDS_OWN,
        "GOOGLE_CLOUD_LOCATION": OTHER_SERVICE,
    },
    skipping={
        "GOOGLE_CLOUD_QUOTA_PROJECT": "its requests count against another project's quota",
        "GOOGLE_CLOUD_UNIVERSE_DOMAIN": "it is an account of another cloud than Google's own",
        "GOOGLE_API_USE_MTLS_ENDPOINT": "it asks other endpoints than the gateway does",
        "GOOGLE_API_USE_CLIENT_CERTIFICATE": "it shows a certificate of the machine",
        "GOOGLE_API_CERTIFICATE_CONFIG": "it shows a certificate of the machine",
    },
    usual={
        "GOOGLE_CLOUD_UNIVERSE_DOMAIN": re.compile("googleapis.com"),
        "GOOGLE_API_USE_MTLS_ENDPOINT": re.compile("never|auto"),
        "GOOGLE_API_USE_CLIENT_CERTIFICATE": NO,
    },
)
GOOGLE_PREFIXES = ("GOOGLE_APPLICATION_", "GOOGLE_CLOUD_", "GOOGLE_API_")

UNSIGNED = "it takes signed images alone, which the gateway does not check"
DOCKER_KEYS = Keys(
    honoured=frozenset(
        {"DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_CONFIG", "DOCKER_TLS"}
    ),
    harmless={
        "DOCKER_API_VERSION": "the gateway asks for the version that its requests are written in",
        "DOCKER_BUILDKIT": "the gateway builds no images",
        "DOCKER_BUILD_*": "the gateway builds no images",
        "DOCKER_SCAN_SUGGEST": COMMANDS_OWN,
        "DOCKER_CLI_*": COMMANDS_OWN,
        "DOCKER_HIDE_LEGACY_COMMANDS": COMMANDS_OWN,
        "DOCKER_TLS_CERTDIR": "it says where an engine in a container writes certificates",
        "DOCKER_MACHINE_NAME": "it is shown to a person",
    },
    skipping={
        "DOCKER_CONTEXT": "it names a context, which goes before DOCKER_HOST",
        "DOCKER_DEFAULT_PLATFORM": "it runs images of another platform than the engine's",
        "DOCKER_CONTENT_TRUST": UNSIGNED,
        "DOCKER_CONTENT_TRUST_SERVER": UNSIGNED,
        "DOCKER_CUSTOM_HEADERS": "it sends headers of its own",
        "DOCKER_AUTH_CONFIG": "it has passwords of registries; give those with a deployment",
    },
    usual={"DOCKER_CONTENT_TRUST": NO},
)
