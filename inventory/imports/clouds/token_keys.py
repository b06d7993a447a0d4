"""The settings of clouds that take one token: DigitalOcean's and Linode's own tools and Terraform.

doctl: docs.digitalocean.com/reference/doctl, "Global Flags", each of which is a key of config.yaml
and, in capitals, a variable; ``oauth-tokens`` are of ``doctl auth login`` (doctl's
commands/auth_login.go). linode-cli: github.com/linode/linode-cli/wiki/Configuration and
linodecli/configuration. Terraform: the "Argument Reference" of its providers digitalocean and
linode.
"""

import re

from inventory.imports.clouds.keys import Keys

COMMANDS_OWN = "it concerns the command's own output and retries"
FOR_COMMANDS = "it is a default of the command, which an order names here"
OTHER_SERVICE = "it concerns a service that the gateway does not ask"
IN_A_FILE = "the token goes before those of a file"
ELSEWHERE = "it asks another address than the cloud's own"
DIGITALOCEANS = re.compile(r"https://api\.digitalocean\.com/?")

DOCTL = Keys(
    honoured=frozenset({"access-token", "auth-contexts", "oauth-tokens"}),
    harmless={
        "context": "every context is imported",
        "oauth-client": "it is for logins in a browser",
        "config": COMMANDS_OWN,
        "output": COMMANDS_OWN,
        "trace": COMMANDS_OWN,
        "verbose": COMMANDS_OWN,
        "interactive": COMMANDS_OWN,
        "enable-beta": COMMANDS_OWN,
        "http-retry-*": COMMANDS_OWN,
    },
    skipping={"api-url": ELSEWHERE},
    usual={"api-url": DIGITALOCEANS},
)
DIGITALOCEAN = ("DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN")
DIGITALOCEAN_KEYS = Keys(
    honoured=frozenset(DIGITALOCEAN),
    harmless={
        "DIGITALOCEAN_CONFIG": IN_A_FILE,
        "DIGITALOCEAN_OUTPUT": COMMANDS_OWN,
        "DIGITALOCEAN_TRACE": COMMANDS_OWN,
        "DIGITALOCEAN_VERBOSE": COMMANDS_OWN,
        "DIGITALOCEAN_INTERACTIVE": COMMANDS_OWN,
        "DIGITALOCEAN_ENABLE_BETA": COMMANDS_OWN,
        "DIGITALOCEAN_HTTP_RETRY_*": COMMANDS_OWN,
        "DIGITALOCEAN_REQUESTS_PER_SECOND": COMMANDS_OWN,
        "DIGITALOCEAN_SPACES_*": OTHER_SERVICE,
    },
    skipping={
        "DIGITALOCEAN_API_URL": ELSEWHERE,
        "DIGITALOCEAN_CONTEXT": "it names a context of doctl, which goes before the token; import "
        "doctl's config.yaml",
    },
    usual={"DIGITALOCEAN_API_URL": DIGITALOCEANS, "DIGITALOCEAN_CONTEXT": re.compile("default")},
)

LINODES_HOST = re.compile(r"(https://)?api\.linode\.com(/v4/?)?/?")
VERSION = re.compile(r"v4(beta)?")
HTTPS = re.compile("https")
ANOTHER_VERSION = "the gateway asks version 4"
AUTHORITY = "its address has a certificate of an authority that the gateway does not know"
LINODE_CLI = Keys(
    honoured=frozenset({"token", "default-user"}),
    harmless={
        **dict.fromkeys(
            ("region", "type", "image", "authorized_users", "engine", "*sql_engine"), FOR_COMMANDS
        ),
        **dict.fromkeys(("suppress-*", "pat_name"), COMMANDS_OWN),
        "plugin-*": OTHER_SERVICE,
    },
    skipping={
        **dict.fromkeys(("api_host", "api_url", "api_scheme"), ELSEWHERE),
        "api_version": ANOTHER_VERSION,
    },
    usual={
        "api_host": LINODES_HOST,
        "api_url": LINODES_HOST,
        "api_scheme": HTTPS,
        "api_version": VERSION,
    },
)
LINODE = ("LINODE_TOKEN", "LINODE_CLI_TOKEN")
LINODE_KEYS = Keys(
    honoured=frozenset(LINODE),
    harmless={
        **dict.fromkeys(
            ("LINODE_CONFIG", "LINODE_CONFIG_*", "LINODE_PROFILE", "LINODE_CLI_CONFIG"), IN_A_FILE
        ),
        **dict.fromkeys(("LINODE_DEBUG", "LINODE_UA_PREFIX", "LINODE_SKIP_*"), COMMANDS_OWN),
        **dict.fromkeys(("LINODE_CLI_SUPPRESS_*", "LINODE_EVENT_POLL_MS"), COMMANDS_OWN),
        **dict.fromkeys(("LINODE_OBJ_*", "LINODE_CLI_OBJ_*"), OTHER_SERVICE),
    },
    skipping={
        **dict.fromkeys(("LINODE_URL", "LINODE_CLI_API_HOST", "LINODE_CLI_API_SCHEME"), ELSEWHERE),
        **dict.fromkeys(("LINODE_API_VERSION", "LINODE_CLI_API_VERSION"), ANOTHER_VERSION),
        **dict.fromkeys(("LINODE_CA", "LINODE_CLI_CA"), AUTHORITY),
    },
    usual={
        "LINODE_URL": LINODES_HOST,
        "LINODE_CLI_API_HOST": LINODES_HOST,
        "LINODE_CLI_API_SCHEME": HTTPS,
        "LINODE_API_VERSION": VERSION,
        "LINODE_CLI_API_VERSION": VERSION,
    },
)
