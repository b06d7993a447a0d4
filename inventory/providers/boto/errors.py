"""botocore's exceptions as ProviderError: the cloud's words or ours, never botocore's or Python's.

The exceptions of a connection come through botocore as they are: ``sending`` raises those of
requests, which ``inventory.providers.exceptions`` knows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ParamValidationError,
)
from libcloud.common.exceptions import BaseHTTPError

from inventory.providers.exceptions import ProviderError, ProviderErrorCode, translate
from inventory.providers.reading import UNEXPECTED_FORM

Code = ProviderErrorCode
REFUSED_PARAMETER = "A value of the request has a form that AWS does not accept."


@contextmanager
def mapped() -> Iterator[None]:
    """Exceptions of botocore leave as ProviderError; others as they are."""
    try:
        yield
    except ClientError as error:
        raise refusal_of(error.response) from None
    except ParamValidationError:
        raise ProviderError(Code.INVALID_REQUEST, REFUSED_PARAMETER) from None
    except BotoCoreError:
        raise ProviderError(Code.PROVIDER_ERROR, f"{UNEXPECTED_FORM}.") from None


def refusal_of(response: Any) -> ProviderError:
    """The refusal by AWS's word and message, as the tables of ``exceptions`` judge it."""
    found, metadata = response.get("Error", {}), response.get("ResponseMetadata", {})
    status = int(metadata.get("HTTPStatusCode", 0))
    words = (found.get("Code"), found.get("Message"))
    text = ": ".join(str(word) for word in words if word)
    headers = metadata.get("HTTPHeaders", {})
    return translate(BaseHTTPError(status, text or f"HTTP status {status}", headers))
