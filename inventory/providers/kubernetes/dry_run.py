"""Asks a cluster if it would accept an action, by the cluster's own dry run of the same request.

"Dry-run" in "Kubernetes API Concepts": the parameter is stable from version 1.18 on. An older
server may ignore it and act, so it is not asked.
"""

import re
from typing import Any

from inventory.providers.capability import Capability
from inventory.providers.dry_runs import DryRun, Parameter, Place
from inventory.providers.kubernetes.actions import (
    DRY_RUN_PARAMETER,
    EVERY_STAGE,
    create_pod,
    delete_pod,
)
from inventory.providers.rest import ask
from inventory.providers.table import beside
from inventory.types import NewContainer, Verdict

SINCE = (1, 18)
DRY_RUN = DryRun(
    parameters=(
        Parameter("POST", Place.QUERY, DRY_RUN_PARAMETER, EVERY_STAGE),
        Parameter("DELETE", Place.JSON, DRY_RUN_PARAMETER, [EVERY_STAGE]),
    ),
    evidence=(
        "Kubernetes guarantees that dry-run requests "
        "[are not persisted](https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run) "
        "from version 1.18 on; an older server is not asked. The options of a DELETE are read "
        "from its body, and from the query only if there is no body ([delete.go]"
        "(https://github.com/kubernetes/kubernetes/blob/v1.20.2/staging/src/k8s.io/apiserver/"
        "pkg/endpoints/handlers/delete.go)). Tested against a real kube-apiserver 1.20.2."
    ),
)
DIGITS = re.compile(r"\d+")  # a minor version may be "31+"


@beside("dry_run")
def check(
    driver: Any,
    capability: Capability,
    external_id: str | None,
    *,
    order: NewContainer | None = None,
) -> Verdict | None:
    """None: this server cannot be asked without the risk of acting. A refusal raises."""
    if not _is_honoured(driver):
        return None
    if capability is Capability.DEPLOY_CONTAINER and order is not None:
        create_pod(driver, order, dry_run=True)
        return Verdict(True, "The cluster would make it.")
    if capability is Capability.REMOVE_CONTAINER and external_id is not None:
        delete_pod(driver, external_id, dry_run=True)
        return Verdict(True, "The cluster would delete its pod.")
    return None


def _is_honoured(driver: Any) -> bool:
    version = ask(driver.connection, "/version")
    found = [DIGITS.match(str(version.get(part))) for part in ("major", "minor")]
    return all(found) and tuple(int(one[0]) for one in found if one) >= SINCE
