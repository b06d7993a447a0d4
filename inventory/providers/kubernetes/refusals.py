"""The refusals of a Kubernetes API server that are temporary, and those that are final.

The words are the reasons of a "Status" object. A quota has the reason of a missing permission.
"""

from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.kubernetes.cluster import EXPIRED
from inventory.providers.refusals import final, temporary

QUOTAS = "https://kubernetes.io/docs/concepts/policy/resource-quotas/"
CONVENTIONS = (
    "https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/"
    "api-conventions.md#http-status-codes"
)
CHUNKS = "https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks"
NAMESPACES = "https://kubernetes.io/docs/tasks/administer-cluster/namespaces/"
STORE = (
    "https://github.com/kubernetes/kubernetes/blob/v1.31.0/staging/src/k8s.io/apiserver/pkg/"
    "registry/generic/registry/store.go"
)

REFUSALS = (
    temporary(
        Code.RATE_LIMITED,
        429,
        "Too many requests, please try again later.",
        word="TooManyRequests",
        source=CONVENTIONS,
    ),
    final(
        Code.QUOTA_EXCEEDED,
        403,
        'pods "web" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=4, '
        "limited: pods=4",
        word="Forbidden",
        pattern="exceeded quota",
        source=QUOTAS,
    ),
    final(
        Code.CONFLICT,
        403,
        'pods "web" is forbidden: unable to create new content in namespace lab because it is '
        "being terminated",
        word="Forbidden",
        pattern="because it is being terminated",
        source=NAMESPACES,
    ),
    temporary(
        Code.CONFLICT,
        409,
        'object is being deleted: pods "web" already exists',
        word="AlreadyExists",
        pattern="object is being deleted",
        source=STORE,
    ),
    final(
        Code.CONFLICT,
        409,
        'pods "web" already exists',
        word="AlreadyExists",
        source=CONVENTIONS,
    ),
    temporary(
        Code.CONFLICT,
        409,
        'Operation cannot be fulfilled on pods "web": the object has been modified',
        word="Conflict",
        source=CONVENTIONS,
    ),
    temporary(
        Code.PROVIDER_ERROR,
        410,
        "The provided continue parameter is too old to display a consistent list.",
        word=EXPIRED,
        source=CHUNKS,
    ),
)
