"""The enums of jobs, their values described where they are defined."""

from gateway.core.graphql.enums import described_enum
from jobs.models import event, states

JobState = described_enum(
    states.JobState,
    name="JobState",
    description="The state of a job. SUCCEEDED, FAILED and CANCELED are final.",
    meanings=states.MEANINGS,
)
JobEventKind = described_enum(
    event.EventKind,
    name="JobEventKind",
    description="The kind of a job's event.",
    meanings=event.MEANINGS,
)
