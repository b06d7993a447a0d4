"""Why an import did not happen."""

from gateway.core.errors import ExpectedError


class ImportFailed(ExpectedError):
    """A source cannot be read or understood. Nothing was written."""

    code = "IMPORT_FAILED"
