"""Replies of Google's APIs, which all refuse in the same form."""

from typing import Any

from inventory.providers.rest import JsonReply


class GoogleReply(JsonReply):
    """The first of the reasons in "Errors" of the Compute Engine API's reference."""

    def complaint(self, body: Any) -> tuple[str, str]:
        error = body["error"]
        reasons = [one["reason"] for one in error.get("errors") or [] if one.get("reason")]
        return (reasons or [""])[0], error["message"]
