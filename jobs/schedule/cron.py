"""The times of a cron expression in a time zone, without I/O.

The fields are those of Debian's cron: minute, hour, day of the month, month, day of the week. When
the clocks change it follows that cron: a fixed time that is skipped is run right after the change,
one that occurs twice is run once.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice, takewhile
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from gateway.core.errors import InvalidInput
from gateway.core.ids import shown
from jobs.models import Schedule

FIELDS = 5
LONGEST = 100
# A file beside the time zone database: the host's own zone, which differs between hosts.
NOT_IANA = frozenset({"localtime"})


@dataclass(frozen=True, slots=True)
class Timetable:
    """Planned times, whole minutes. ``timetable`` creates one from unchecked values."""

    cron: str
    zone: ZoneInfo

    def after(self, moment: datetime) -> Iterator[datetime]:
        """The planned times later than ``moment``, each once, in UTC; it may be finite."""
        latest = moment
        for planned in CronSim(self.cron, moment.astimezone(self.zone)):
            in_utc = planned.astimezone(UTC)
            # When the clocks change, several local times are one moment, or a moment in the past.
            if in_utc > latest:
                latest = in_utc
                yield in_utc

    def first_after(self, moment: datetime) -> datetime | None:
        return next(self.after(moment), None)

    def coming(self, moment: datetime, number: int) -> list[datetime]:
        """The next planned times later than ``moment``, at most ``number``."""
        return list(islice(self.after(moment), number))

    def last_between(self, earliest: datetime, latest: datetime) -> datetime | None:
        """The latest planned time later than ``earliest`` and no later than ``latest``."""
        until = takewhile(lambda planned: planned <= latest, self.after(earliest))
        return next(iter(deque(until, maxlen=1)), None)

    def in_words(self) -> str:
        """As "At 19:00 on Monday through Friday", with the zone."""
        return f"{CronSim(self.cron, datetime.now(self.zone)).explain()} ({self.zone.key})"


def timetable_of(schedule: Schedule) -> Timetable:
    return Timetable(schedule.cron, ZoneInfo(schedule.timezone))


def timetable(cron: str, zone: str) -> Timetable:
    """Checks user input. Raises InvalidInput for the field ``cron`` or ``timezone``."""
    made = Timetable(_checked_cron(cron), _checked_zone(zone))
    try:
        never = made.first_after(datetime.now(UTC)) is None
    except CronSimError as error:
        message = f"{shown(cron)} is no cron expression: {error}. An example: 0 19 * * mon-fri."
        raise InvalidInput(message, field="cron") from error
    if never:
        raise InvalidInput(f"{shown(cron)} never comes true.", field="cron")
    return made


def _checked_cron(cron: str) -> str:
    fields = cron.split()
    if len(fields) != FIELDS or len(cron) > LONGEST:
        message = (
            f"A cron expression has {FIELDS} fields, in at most {LONGEST} characters: minute, "
            "hour, day of the month, month, day of the week. An example: 0 19 * * mon-fri."
        )
        raise InvalidInput(message, field="cron")
    return " ".join(fields)


def _checked_zone(zone: str) -> ZoneInfo:
    if zone in NOT_IANA or zone not in available_timezones():
        message = f"{shown(zone)} is no time zone. An example: Europe/Berlin."
        raise InvalidInput(message, field="timezone")
    return ZoneInfo(zone)
