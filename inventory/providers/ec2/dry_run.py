"""Whether EC2 would accept an action: its own DryRun, asked with the action's own parameters.

A dry run must never act. Amazon honours DryRun for every action here. Another server may not know
the word, and would act: there it is asked only for an action that the same server has just been
seen to honour it for, on an instance that cannot exist. Tags and orders cannot be tried out
without harm - a tag may be put on nothing, an order makes something - so they get no verdict.
"""

from collections.abc import Mapping, Sequence

from libcloud.common.types import MalformedResponseError

from inventory.providers.capability import Capability
from inventory.providers.dry_runs import DryRun, Parameter, Place
from inventory.providers.ec2 import calls
from inventory.providers.ec2.blockers import READ
from inventory.providers.ec2.calls import Call
from inventory.providers.ec2.driver import EC2Driver
from inventory.providers.exceptions import ProviderError
from inventory.providers.table import beside
from inventory.types import NewMachine, Verdict

NAME, VALUE = "DryRun", "true"
DRY_RUN = DryRun(
    parameters=(Parameter("POST", Place.FORM, NAME, VALUE),),
    reads=(Parameter("POST", Place.FORM, "Action", READ),),
    evidence=(
        "EC2 documents `DryRun` for every action used here as a check of the permissions "
        '"without actually making the request", for example '
        "[TerminateInstances](https://docs.aws.amazon.com/AWSEC2/latest/APIReference/"
        "API_TerminateInstances.html) and "
        "[RunInstances](https://docs.aws.amazon.com/AWSEC2/latest/APIReference/"
        "API_RunInstances.html). Only Amazon's own endpoints are trusted to do so. Another "
        "endpoint is asked about a machine only after it has answered `DryRunOperation` to the "
        "same action on an instance that cannot exist, and never about tags and orders "
        "([decision 6](decisions/0006-dry-run-by-the-same-call.md)). Tested against moto."
    ),
)
# Said by EC2 when it would have done it: "Error codes for the Amazon EC2 API". The whole word: one
# that only begins so may say the opposite.
WOULD_SUCCEED = "DryRunOperation"
# How a refusal begins: other servers, and other services of AWS, say AccessDeniedException.
NOT_ALLOWED = ("UnauthorizedOperation", "AccessDenied")
NO_INSTANCE = "i-00000000000000000"


@beside("dry_run")
def check(
    driver: EC2Driver,
    capability: Capability,
    external_id: str | None,
    *,
    order: NewMachine | None = None,
    size: str = "",
    wanted: Mapping[str, str] | None = None,
    unwanted: Sequence[str] = (),
) -> Verdict | None:
    """None: this server cannot be asked without the risk of acting. A refusal raises."""
    if order is not None:
        asked, harmless = [calls.create(order)], None
    elif external_id is None:
        return None
    elif capability is Capability.TAG:
        asked, harmless = calls.tag(external_id, wanted or {}, unwanted), None
    elif capability is Capability.RESIZE:
        asked, harmless = [calls.resize(external_id, size)], calls.resize(NO_INSTANCE, size)
    elif capability in calls.ON_INSTANCES:
        asked = [calls.on_instance(capability, external_id)]
        harmless = calls.on_instance(capability, NO_INSTANCE)
    else:
        return None
    if not driver.is_amazons and (harmless is None or not _is_honoured(driver, harmless)):
        return None
    message = ""
    for call in asked:
        message = _would_succeed(driver, call)
    return Verdict(True, message)


def _is_honoured(driver: EC2Driver, harmless: Call) -> bool:
    """Whether DryRun was looked at. That there is no such instance proves nothing."""
    try:
        _would_succeed(driver, harmless)
    except MalformedResponseError:
        return False
    except ProviderError as refusal:
        if refusal.status is None or refusal.message.startswith(NOT_ALLOWED):
            raise  # of ours; or it is a verdict, whatever the server knows
        return False
    return True


def _would_succeed(driver: EC2Driver, call: Call) -> str:
    """EC2's words for it. Raises what the action would raise."""
    try:
        driver.call(call.operation, **call.parameters, DryRun=True)
    except ProviderError as refusal:
        if refusal.word == WOULD_SUCCEED:
            return refusal.message
        raise
    message = f"{call.operation} was answered as if DryRun had not been asked for."
    raise MalformedResponseError(message, driver=driver)
