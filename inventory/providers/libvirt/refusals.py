"""The refusals of a daemon, by libvirt's own error numbers.

Numbers from include/libvirt/virterror.h (virErrorNumber) of libvirt 9.0. A number that is in no
table is PROVIDER_ERROR.
"""

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.refusals import final, temporary

Code = ProviderErrorCode

OPERATION_FAILED = 9
NO_DOMAIN = 42
NO_STORAGE_POOL = 49
NO_STORAGE_VOL = 50
STORAGE_VOL_EXIST = 90
OPERATION_INVALID = 55
NO_SUPPORT = 3
ARGUMENT_UNSUPPORTED = 74
OPERATION_UNSUPPORTED = 84

CODES = {
    NO_SUPPORT: Code.NOT_SUPPORTED,
    4: Code.UNREACHABLE,  # UNKNOWN_HOST
    5: Code.UNREACHABLE,  # NO_CONNECT: the daemon does not reach its hypervisor
    8: Code.INVALID_REQUEST,  # INVALID_ARG
    27: Code.INVALID_REQUEST,  # XML_ERROR
    28: Code.CONFLICT,  # DOM_EXIST
    29: Code.PERMISSION_DENIED,  # OPERATION_DENIED: a connection that may only look
    35: Code.INVALID_REQUEST,  # XML_DETAIL
    39: Code.UNREACHABLE,  # RPC
    NO_DOMAIN: Code.NOT_FOUND,
    43: Code.NOT_FOUND,  # NO_NETWORK
    45: Code.INVALID_CREDENTIALS,  # AUTH_FAILED
    NO_STORAGE_POOL: Code.NOT_FOUND,
    NO_STORAGE_VOL: Code.NOT_FOUND,
    OPERATION_INVALID: Code.CONFLICT,
    67: Code.INVALID_REQUEST,  # CONFIG_UNSUPPORTED
    68: Code.TIMEOUT,  # OPERATION_TIMEOUT: another job of the domain does not end
    ARGUMENT_UNSUPPORTED: Code.NOT_SUPPORTED,
    78: Code.CONFLICT,  # OPERATION_ABORTED
    79: Code.INVALID_CREDENTIALS,  # AUTH_CANCELLED
    OPERATION_UNSUPPORTED: Code.NOT_SUPPORTED,
    87: Code.CONFLICT,  # RESOURCE_BUSY
    88: Code.PERMISSION_DENIED,  # ACCESS_DENIED
    STORAGE_VOL_EXIST: Code.CONFLICT,
    92: Code.INVALID_REQUEST,  # XML_INVALID_SCHEMA
    94: Code.PERMISSION_DENIED,  # AUTH_UNAVAILABLE: polkit has no agent that can ask a person
}


class Failure(ProviderError):
    """A call without an answer that can be used. ``number``: libvirt's, of a refusal."""

    number: int | None = None


class Refusal(Failure):
    """The daemon refused the call."""

    def __init__(self, number: int, message: str) -> None:
        code = CODES.get(number, Code.PROVIDER_ERROR)
        super().__init__(code, message, word=str(number))
        self.number = number


class Unreadable(Failure):
    """The daemon answered, in an unexpected form. The call may have been done."""

    def __init__(self, message: str) -> None:
        super().__init__(Code.PROVIDER_ERROR, message)


ERRORS = "https://libvirt.org/html/libvirt-virterror.html#virErrorNumber"
# In the form that every kind has: the word is libvirt's number.
REFUSALS = (
    temporary(
        Code.TIMEOUT,
        None,
        "Timed out during operation: cannot acquire state change lock",
        word="68",
        source=ERRORS,
    ),
    temporary(Code.CONFLICT, None, "the resource is busy", word="87", source=ERRORS),
    temporary(
        Code.CONFLICT,
        None,
        "Requested operation is not valid: domain is not running",
        word=str(OPERATION_INVALID),
        source=ERRORS,
    ),
    final(Code.CONFLICT, None, "domain 'web' already exists with uuid", word="28", source=ERRORS),
    # In libvirt 9.0: ``virDomainObjListAddLocked`` in src/conf/virdomainobjlist.c.
    final(
        Code.CONFLICT,
        None,
        "operation failed: domain 'web' already exists with uuid",
        word=str(OPERATION_FAILED),
        pattern="already (exists|defined) with uuid",
        source=ERRORS,
    ),
    final(
        Code.CONFLICT,
        None,
        "storage volume 'web' exists already",
        word=str(STORAGE_VOL_EXIST),
        source=ERRORS,
    ),
    final(
        Code.PERMISSION_DENIED,
        None,
        "operation virDomainCreate forbidden for read only access",
        word="29",
        source=ERRORS,
    ),
)
