from gateway.core.webhooks.events import fan_out
from gateway.core.webhooks.kinds import EventKind, Item
from gateway.core.webhooks.models import Webhook
from gateway.core.webhooks.services import webhook_create


def make_webhook(owner, *, url, events=("job.finished",), wanted=None):
    return webhook_create(owner=owner, url=url, events=list(events), wanted=wanted or {})


class Doorbell(EventKind):
    """A kind of event for tests: each key is visible to the users that ``seen_by`` names."""

    name = "door.rung"
    description = "Somebody has rung."

    def __init__(self):
        self.seen_by = {}
        self.known = {}

    def ring(self, key, *users, **values):
        self.seen_by[key] = set(users)
        self.known[key] = Item(key, **values)

    def items(self, keys):
        return [self.known[key] for key in keys if key in self.known]

    def visible(self, user, keys):
        return {key for key in keys if user in self.seen_by[key]}

    def data(self, user, keys, details):
        return {"doors": list(keys), "for": user.username, **details}


def deliveries(webhook):
    fan_out()
    return list(Webhook.objects.get(pk=webhook.pk).deliveries.order_by("at", "created_at", "pk"))
