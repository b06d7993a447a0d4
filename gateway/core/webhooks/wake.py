"""Wakes a worker that sends to webhooks. If the message is lost, the sweep finds the rows."""

from django.db import transaction

from gateway.core.messages import send_messages

SEND_TASK = "webhooks.send"
PRIORITY = 0  # the task takes milliseconds: threads of its own send


def wake_after_commit() -> None:
    transaction.on_commit(_wake)


def _wake() -> None:
    send_messages(SEND_TASK, [()], priority=PRIORITY)
