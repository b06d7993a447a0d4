"""A model of the right answers, written from the rules and without the product's code.

One ``ModelSource`` stands for one source: what its cloud holds, what the gateway has seen of it,
and the receipt of the latest attempt. Times are seconds on the test's own clock.
"""

from dataclasses import dataclass, field

GONE_AFTER = 60
BREAKER_FAILURES, SHORTEST, LONGEST = 5, 5, 60
CODES = {
    "error_rate": "PROVIDER_ERROR",
    "partial": "PROVIDER_ERROR",
    "garbage": "PROVIDER_ERROR",
    "hang": "TIMEOUT",
}


@dataclass
class Row:
    state: str
    listed: bool = True
    unlisted_at: float | None = None
    provisioned_at: float | None = None
    last_state: str | None = None


@dataclass
class ModelSource:
    cloud: dict[str, str] = field(default_factory=dict)  # machine → state
    fault: str | None = None
    rows: dict[str, Row] = field(default_factory=dict)
    listed_at: float | None = None  # the latest complete listing
    count: int | None = None
    tried_at: float | None = None
    failure: str | None = None
    failures: int = 0
    retry_at: float | None = None
    dirty_at: float | None = None

    def boundaries(self):
        """The moments at which an answer changes by the clock alone, for ages of 5 and 90."""
        for began in (self.listed_at, self.tried_at):
            if began is not None:
                yield from (began + 5, began + 90)
        if self.retry_at is not None:
            yield self.retry_at
        for row in self.rows.values():
            for moment in (row.unlisted_at, row.provisioned_at):
                if moment is not None:
                    yield moment + GONE_AFTER

    def ask(self, now, max_age):
        """Ask the cloud if the answer is too old; True if the cloud was asked."""
        if self._is_fresh(now, max_age) or (self.retry_at is not None and self.retry_at > now):
            return False
        self.tried_at = now
        if self.fault is None:
            self._listed(now)
        else:
            self._failed(now)
        return True

    def read_one(self, machine):
        """Ask the cloud for one machine; False if the cloud did not answer."""
        if self.fault not in (None, "partial"):
            return False
        row = self.rows.get(machine)
        if machine in self.cloud:
            provisioned = row.provisioned_at if row else None
            self.rows[machine] = Row(self.cloud[machine], provisioned_at=provisioned)
        elif row is not None:
            row.listed = False
        return True

    @property
    def status(self):
        if self.listed_at is None:
            return {"FAILED"}
        return {"STALE"} if self.failure else {"LIVE", "CACHED"}

    @property
    def answered(self):
        """The rows that a list shows: before the first listing, those that we made."""
        if self.listed_at is not None:
            return self.rows
        return {
            machine: row for machine, row in self.rows.items() if row.provisioned_at is not None
        }

    def shown(self):
        return {
            machine: (row.state, bool(self.failure) or not row.listed, row.last_state)
            for machine, row in self.answered.items()
        }

    def _is_fresh(self, now, max_age):
        began = self.tried_at if self.failure else self.listed_at
        if began is None or max_age == 0:
            return False
        if self.dirty_at is not None and began <= self.dirty_at:
            return False
        return now - began <= max_age

    def _failed(self, now):
        self.failure = CODES[self.fault]
        self.failures += 1
        beyond = self.failures - BREAKER_FAILURES
        self.retry_at = None if beyond < 0 else now + min(LONGEST, SHORTEST * 2**beyond)

    def _listed(self, now):
        self.failure, self.failures, self.retry_at = None, 0, None
        self.listed_at, self.count = now, len(self.cloud)
        for machine, state in self.cloud.items():
            known = self.rows.get(machine)
            self.rows[machine] = Row(state, provisioned_at=known and known.provisioned_at)
        for machine, row in self.rows.items():
            if machine not in self.cloud and row.state != "MISSING":
                self._lacking(row, now)

    def _lacking(self, row, now):
        row.listed = False
        ours = row.provisioned_at
        if row.unlisted_at is not None:
            if now - row.unlisted_at >= GONE_AFTER:
                row.state, row.last_state = "MISSING", row.state
        elif ours is None or now - ours >= GONE_AFTER:
            row.unlisted_at = now


REGION_SET_MAX_AGE = 3600


@dataclass
class ModelRegionSet(ModelSource):
    """The set of regions of a provider; ``names``: those that its cloud lists."""

    names: tuple[str, ...] = ()
    known: list[str] = field(default_factory=list)

    def boundaries(self):
        yield from super().boundaries()
        if self.listed_at is not None:
            yield self.listed_at + REGION_SET_MAX_AGE

    def _is_fresh(self, now, max_age):
        if self.failure:
            return super()._is_fresh(now, max_age)
        return self.listed_at is not None and now - self.listed_at <= REGION_SET_MAX_AGE

    def _listed(self, now):
        self.failure, self.failures, self.retry_at = None, 0, None
        self.listed_at, self.count = now, len(self.names)
        self.known += [name for name in self.names if name not in self.known]
