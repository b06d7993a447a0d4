"""A Docker engine, from the environment variables that the docker command reads.

docs.docker.com/reference/cli/docker, "Environment variables": DOCKER_HOST, DOCKER_TLS_VERIFY and
DOCKER_CERT_PATH, a folder with ca.pem, cert.pem and key.pem.
"""

from collections.abc import Mapping
from pathlib import Path

from inventory.imports.clouds.contents import named_text
from inventory.imports.clouds.found import Account, Unusable
from inventory.imports.clouds.values import text_of

CERTIFICATES = {
    "ca.pem": "ca_certificate",
    "cert.pem": "client_certificate",
    "key.pem": "client_key",
}
FOLDER, USUAL_FOLDER = "DOCKER_CERT_PATH", "~/.docker"


def docker_account(variables: Mapping[str, str]) -> Account:
    """Raises Unusable."""
    host = text_of(variables, "DOCKER_HOST") or ""
    if host.startswith("ssh://"):
        raise Unusable("it is reached by ssh; the gateway reaches engines by tcp:// or a socket")
    credentials = {"host": host}
    if text_of(variables, "DOCKER_TLS_VERIFY"):
        named = text_of(variables, FOLDER) or text_of(variables, "DOCKER_CONFIG")
        folder = Path(named or USUAL_FOLDER)
        credentials |= {
            field: named_text(folder / name, key=f"{FOLDER} ({name})")
            for name, field in CERTIFICATES.items()
        }
    elif text_of(variables, "DOCKER_TLS"):
        raise Unusable("its certificate is not verified (DOCKER_TLS); set DOCKER_TLS_VERIFY")
    return Account(kind="docker", credentials=credentials)
