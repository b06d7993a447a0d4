"""Whether a cluster would accept an action: its own dry run, with the action's own parameters.

"Dry-run" in "Kubernetes API Concepts". A server that does not know the word would act, so one that
is older than what promises to keep it is not asked.
"""

import re
from typing import Any

from inventory.providers.kind import Capability
from inventory.providers.kubernetes.actions import create_pod, delete_pod
from inventory.providers.rest import ask
from inventory.types import NewContainer, Verdict

SINCE = (1, 18)
DIGITS = re.compile(r"\d+")  # a minor version may be "31+"
EVERY_STAGE = "All"


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
        create_pod(driver, order, dryRun=EVERY_STAGE)
        return Verdict(True, "The cluster would make it.")
    if capability is Capability.REMOVE_CONTAINER and external_id is not None:
        delete_pod(driver, external_id, dryRun=EVERY_STAGE)
        return Verdict(True, "The cluster would delete its pod.")
    return None


def _is_honoured(driver: Any) -> bool:
    version = ask(driver.connection, "/version")
    found = [DIGITS.match(str(version.get(part))) for part in ("major", "minor")]
    return all(found) and tuple(int(one[0]) for one in found if one) >= SINCE
