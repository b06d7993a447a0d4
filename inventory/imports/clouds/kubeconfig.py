"""kubectl's kubeconfig: each of its contexts is a cluster, a user and a namespace.

The format: kubernetes.io/docs/reference/config-api/kubeconfig.v1. A file that it names is looked
for beside it, and what it has as data goes before a file. The keys are those of "Cluster",
"AuthInfo" and "Context" there.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from inventory.imports.clouds.contents import named_text
from inventory.imports.clouds.found import Account, Finding, Unusable, finding
from inventory.imports.clouds.keys import NO, Keys
from inventory.imports.clouds.values import region_from, text_of
from inventory.imports.errors import ImportFailed

# PEM in a file or, under the same key with "-data", in base64.
CA = {"certificate-authority": "ca_certificate"}
CLIENT = {"client-certificate": "client_certificate", "client-key": "client_key"}
# Where a pod finds the token of its service account.
MOUNTED = Path("/var/run/secrets/kubernetes.io/serviceaccount")
# What "kubectl config view" prints instead of a secret.
HIDDEN = {"DATA+OMITTED", "REDACTED"}
INSTEAD = "give the gateway a service account's token"
EXTENSIONS = "it is added by the tools that write the file"
CLUSTER = Keys(
    honoured=frozenset({"server", "certificate-authority", "certificate-authority-data"}),
    harmless={
        "disable-compression": "the gateway chooses the compression of answers",
        "extensions": EXTENSIONS,
    },
    skipping={
        "insecure-skip-tls-verify": "its certificate is not verified, and the gateway verifies "
        "every one; name its certificate-authority",
        "tls-server-name": "its certificate is for another name than its address",
        "proxy-url": "it is reached by a proxy",
    },
    usual={"insecure-skip-tls-verify": NO},
)
IMPERSONATES = "its user acts as another one"
USER = Keys(
    honoured=frozenset({"token", "tokenFile", *CLIENT, *(f"{key}-data" for key in CLIENT)}),
    harmless={"extensions": EXTENSIONS},
    skipping={
        **dict.fromkeys(("as", "as-uid", "as-groups", "as-user-extra"), IMPERSONATES),
        **dict.fromkeys(
            ("username", "password"),
            f"its user logs in by a password, which clusters take no more; {INSTEAD}",
        ),
        "exec": f"its user logs in by a program (exec), and none is run; {INSTEAD}",
        "auth-provider": f"its user logs in by an auth-provider; {INSTEAD}",
    },
)
CONTEXT = Keys(
    honoured=frozenset({"cluster", "user", "namespace"}), harmless={"extensions": EXTENSIONS}
)

Mappings = Mapping[str, Any]


def read_contexts(data: dict[str, Any], origin: str) -> Iterator[Finding]:
    """Every context. Raises ImportFailed where a list of the file is none."""
    contexts = _named(data, "contexts", "context", origin)
    clusters = _named(data, "clusters", "cluster", origin)
    users = _named(data, "users", "user", origin)
    folder = Path(origin).parent
    for name, context in contexts.items():
        read = partial(_account, context, clusters, users, folder)
        yield finding(origin, f"kubernetes-{name}", read)


def _named(data: Mappings, key: str, inner: str, origin: str) -> dict[str, Any]:
    """``[{name: …, inner: {…}}]`` by name. A name that occurs twice has None: kubectl refuses it
    ("duplicate name in list", k8s.io/client-go/tools/clientcmd/api/v1/conversion.go).
    """
    entries = data.get(key) or []
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise ImportFailed(f"{origin}: {key} is not a list of mappings.")
    found: dict[str, Any] = {}
    for entry in entries:
        name = str(entry.get("name"))
        found[name] = None if name in found else entry.get(inner)
    return found


def _account(context: Any, clusters: Mappings, users: Mappings, folder: Path) -> Account:
    """Raises Unusable."""
    if not isinstance(context, dict):
        raise Unusable("its context is not a mapping, or its name is in the file twice")
    cluster = _part(context, "cluster", clusters)
    user = _part(context, "user", users)
    CONTEXT.require_known(context)
    CLUSTER.require_known(cluster)
    USER.require_known(user)
    server = text_of(cluster, "server")
    if server is None:
        raise Unusable("its cluster has no server")
    credentials = {"server": server, **_texts(cluster, CA, folder), **_login(user, folder)}
    regions = region_from(context, "namespace")
    return Account(kind="kubernetes", credentials=credentials, regions=regions)


def _part(context: Mappings, key: str, known: Mappings) -> Mappings:
    """The cluster or the user that a context names."""
    name = text_of(context, key)
    found = known.get(name) if name else None
    if not isinstance(found, dict):
        where = "in the file twice, or no mapping" if name in known else "not in the file"
        raise Unusable(f"its {key} {name or ''} is {where}")
    return found


def _login(user: Mappings, folder: Path) -> dict[str, str]:
    found = _texts(user, CLIENT, folder)
    if path := text_of(user, "tokenFile"):
        found["token"] = _token(folder, path)
    elif token := text_of(user, "token"):
        _require_shown("token", token)
        found["token"] = token
    return found


def _texts(values: Mappings, keys: Mapping[str, str], folder: Path) -> dict[str, str]:
    found = {}
    for key, field in keys.items():
        if data := text_of(values, f"{key}-data"):
            _require_shown(f"{key}-data", data)
            found[field] = _decoded(f"{key}-data", data)
        elif path := text_of(values, key):
            found[field] = named_text(folder / path, key=key)
    return found


def _require_shown(key: str, text: str) -> None:
    if text in HIDDEN:
        raise Unusable(f"its {key} was hidden by kubectl config view; add --raw")


def _decoded(key: str, text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        raise Unusable(f"its {key} is no PEM in base64") from None


def _token(folder: Path, path: str) -> str:
    """The token of a file.

    The token is sent to the server. If every file that the user of the command can read were
    allowed, the author of a kubeconfig could have the user's private keys sent to a server.

    Raises Unusable.
    """
    try:
        file = (folder / path).resolve()
        places = (folder.resolve(), MOUNTED)
    except (OSError, ValueError, RuntimeError):  # a loop of links, a NUL
        raise Unusable("the file that its tokenFile names has an impossible name") from None
    if not any(file.is_relative_to(place) for place in places):
        raise Unusable(
            f"the file that its tokenFile names is neither in the kubeconfig's folder nor in "
            f"{MOUNTED}; put the token into the kubeconfig"
        )
    return named_text(file, key="tokenFile").strip()
