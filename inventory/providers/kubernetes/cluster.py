"""The account at a Kubernetes cluster: its API server, and a token or a client certificate."""

from gateway.core.http.urls import split_url
from inventory.providers import certificates
from inventory.providers.credential import CredentialField, CredentialProblem
from inventory.providers.kind import Values

SERVER, TOKEN = "server", "token"
EXPIRED = "Expired"  # the reason in a "Status" object for a list that took too long
FIELDS = (
    CredentialField(
        SERVER,
        "API server",
        help="The API server's address, as a kubeconfig has it: https://cluster.example:6443.",
        url=True,
    ),
    CredentialField(
        TOKEN,
        "Token",
        help="The token of a service account, unless a client certificate is given.",
        secret=True,
        required=False,
    ),
    *certificates.FIELDS,
)


def judge(credentials: Values) -> None:
    """Raises CredentialProblem unless they are whole, and never sent in clear."""
    if split_url(credentials[SERVER]).scheme != "https":
        raise CredentialProblem(SERVER, "must begin with https://: credentials go with each call.")
    certificates.judge(credentials)
    if not credentials.get(TOKEN) and not credentials.get(certificates.CERTIFICATE):
        raise CredentialProblem(TOKEN, "is required, unless there is a client certificate.")
