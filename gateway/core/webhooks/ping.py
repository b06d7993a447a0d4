"""The event that ``testWebhook`` sends."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from gateway.core.webhooks.kinds import EventKind, Item, register

TEST = "webhook.test"
TEXT = "A test: this endpoint receives the events of the gateway."


class Ping(EventKind):
    name = TEST
    description = "You sent a test with testWebhook."
    is_internal = True

    def items(self, keys: Collection[str]) -> list[Item]:
        return [Item(key) for key in keys]

    def visible(self, user: Any, keys: Collection[str]) -> set[str]:  # noqa: ARG002 - it is about nothing
        return set(keys)

    def data(self, user: Any, keys: Sequence[str], details: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002 - as above
        return {"message": TEXT}


def register_ping() -> None:
    register(Ping())
