"""An Azure order that is clearly refused after its interface was made: nothing is in doubt."""

import pytest

from inventory.services.machines import machine_provision
from inventory.services.orders import ProvisionRequest
from inventory.services.providers import provider_connect
from tests.clouds.recorded import as_json
from tests.inventory.factories import make_user
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.providers.contract.backends import BACKENDS

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]

REFUSALS = [
    (409, "QuotaExceeded", "QUOTA_EXCEEDED"),
    (403, "AuthorizationFailed", "PERMISSION_DENIED"),
    (400, "InvalidParameter", "INVALID_REQUEST"),
]


@pytest.mark.parametrize(("status", "word", "code"), REFUSALS)
def test_a_refused_machine_is_no_doubt(request, status, word, code):
    account = BACKENDS["azure"](request)
    provider = provider_connect(
        owner=make_user(),
        kind="azure",
        name="azure",
        credentials=account.given,
        regions=[account.region],
    )
    answer, made = account.cloud.answer, []

    def refusing(asked):
        if asked.method == "PUT" and "/virtualmachines/" in asked.path.lower():
            return as_json({"error": {"code": word, "message": "No."}}, status)
        made.extend([asked.path] if asked.method == "PUT" else [])
        return answer(asked)

    account.cloud.answer = refusing
    order = ProvisionRequest(name="web", size=account.size, image=account.image)
    job = run_to_its_end(machine_provision(provider=provider, request=order, requested_by=None))

    assert (job.state, job.error_code) == ("FAILED", code)
    assert "may have been made" not in job.error_message
    assert len(made) == 1
