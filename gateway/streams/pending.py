"""The changes that wait to be sent: ids of rows or, if these are too many, the present state.

Without a limit, a stream that is slower than the changes would collect ids without end.
"""

from dataclasses import dataclass, field

from gateway.core.graphql.subscriptions import Ids, Subscription
from gateway.streams.answers import Find

MOST_IDS = 50_000


@dataclass(slots=True)
class Pending:
    """``is_all``: there were too many ids, so the complete present state is sent again."""

    ids: set[str] = field(default_factory=set)
    is_all: bool = False

    def __bool__(self) -> bool:
        return self.is_all or bool(self.ids)

    def add(self, ids: Ids) -> None:
        if self.is_all:
            return
        self.ids |= ids
        if len(self.ids) > MOST_IDS:
            self.ids, self.is_all = set(), True

    def take(self, subscription: Subscription) -> Find:
        """The function that finds the answers. Ids that are added later belong to the next call."""
        if self.is_all:
            self.is_all = False
            return subscription.current
        ids, self.ids = sorted(self.ids), set()
        return lambda contexts: subscription.changed(contexts, ids)
