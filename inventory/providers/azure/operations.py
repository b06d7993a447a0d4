"""The operations that Azure carries out for accepted requests.

"If your operation returns a value for Azure-AsyncOperation, use it to track the status":
learn.microsoft.com/azure/azure-resource-manager/management/async-operations. Microsoft.Compute
returns it with ``Location``, which has the same path. To read it takes rights outside of the
machine: "Permission for tracking async status", there.
"""

import re
from typing import Any

from libcloud.common.types import MalformedResponseError

from gateway.core.http.urls import split_url
from inventory.providers.accepted import OperationId, RequestOutcome, operation_id
from inventory.providers.azure.requests import ask_link, own_link
from inventory.providers.identity import same_object
from inventory.providers.table import beside
from inventory.providers.tags import ignoring_case
from inventory.types import Failure

HEADER = "azure-asyncoperation"
FAILED, CANCELED, SUCCEEDED = "failed", "canceled", "succeeded"
OPERATION = re.compile(
    r"/subscriptions/[\w%.-]+/providers/microsoft\.compute/locations/[\w-]+/operations/[\w-]+"
)


def operation_of(driver: Any, reply: Any) -> OperationId | None:
    """The path and query of the operation that a reply names; None for one that is not followed.

    Only operations of the account's own subscription are.
    """
    try:
        link = own_link(str(reply.headers.get(HEADER) or ""), driver.connection.host, "operation")
    except MalformedResponseError:
        return None
    path = split_url(link).path.lower()
    here = f"{driver.subscription.lower()}/"
    is_own = OPERATION.fullmatch(path) is not None and path.startswith(here)
    return operation_id(link) if is_own else None


@beside("outcome")
def find_outcome(driver: Any, _external_id: str, operation: str) -> RequestOutcome:
    """The operation names no machine. Its own id is checked."""
    wanted = split_url(operation).path.rpartition("/")[2]
    body = same_object(ask_link(driver, operation), wanted, "name", key=ignoring_case)
    status = str(body.get("status") or "").lower()
    if status not in {FAILED, CANCELED}:
        return RequestOutcome(is_under_way=status != SUCCEEDED)
    error = body.get("error")
    error = error if isinstance(error, dict) else {}  # of another form than documented
    word, message = str(error.get("code") or status), str(error.get("message") or "")
    return RequestOutcome(False, Failure(word, message, wanted))
