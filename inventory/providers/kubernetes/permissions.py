"""The permissions of an account, as the cluster itself reports them.

"SelfSubjectAccessReview" in Kubernetes' API reference: each account may send it about itself.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from inventory.providers.capability import Capability
from inventory.providers.rest import ask, part
from inventory.providers.table import beside

REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@beside("missing_permissions")
def lacking_permissions(
    driver: Any, needs: Mapping[Capability, Sequence[str]], _machine: Callable[[], Any]
) -> dict[Capability, list[str]]:
    actions = sorted({action for wanted in needs.values() for action in wanted})
    allowed = {action for action in actions if _may(driver, action)}
    return {
        capability: [action for action in wanted if action not in allowed]
        for capability, wanted in needs.items()
    }


def _may(driver: Any, action: str) -> bool:
    verb, resource = action.split()  # as "list pods"
    asked = {"namespace": driver.namespace, "verb": verb, "resource": resource}
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": asked},
    }
    body = ask(driver.connection, REVIEWS, method="POST", data=review)
    return bool(part(part(body, "status", dict), "allowed", bool))
