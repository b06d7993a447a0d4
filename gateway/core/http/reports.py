"""Django's own report of an error shows nothing of the request and of the code's variables.

``gateway.views`` masks the defects of the API. This module is for errors outside of it, and for
``DJANGO_DEBUG``. A variable with any name may contain credentials.
"""

from collections.abc import ItemsView
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class NothingShown(SafeExceptionReporterFilter):
    def is_active(self, request: HttpRequest | None) -> bool:  # noqa: ARG002 - Django's signature
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:  # noqa: ARG002 - as above
        return {}

    def get_traceback_frame_variables(
        self,
        request: HttpRequest | None,  # noqa: ARG002 - as above
        tb_frame: Any,  # noqa: ARG002 - as above
    ) -> ItemsView[str, Any]:
        return {}.items()

    def get_safe_settings(self) -> dict[str, Any]:
        return {}

    def get_safe_request_meta(self, request: HttpRequest | None) -> dict[str, Any]:  # noqa: ARG002 - as above
        return {}
