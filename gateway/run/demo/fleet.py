"""The machines of the demo's AWS accounts, as data: what a small firm and its research rent."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

# From moto's catalogue, where they have the same id in every region.
UBUNTU = "ami-785db401"  # Ubuntu 16.04
AMAZON_LINUX = "ami-04681a1dbd79675a5"  # Amazon Linux 2
WINDOWS = "ami-b7e93bce"  # Windows Server 2016

FIRST_LAUNCH = datetime(2025, 3, 3, 8, 30, tzinfo=UTC)
BETWEEN_LAUNCHES = timedelta(hours=61, minutes=17)


@dataclass(frozen=True, kw_only=True)
class Group:
    """``count`` machines alike, of which the last ``stopped`` and ``terminated`` do not run."""

    region: str
    env: str
    role: str
    team: str
    size: str
    count: int
    stopped: int = 0
    terminated: int = 0
    image: str = UBUNTU
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Machine:
    region: str
    size: str
    image: str
    state: str  # running, stopped or terminated
    tags: dict[str, str]
    launched_at: datetime


# One line for each group, as in a table.
# fmt: off
US, EU = "us-east-1", "eu-west-1"
REGIONS = (US, EU)
FIRM, RESEARCH = "123456789012", "210987654321"  # the first is moto's for any keys

FLEET = (
    Group(region=US, env="prod", role="web", team="shop", size="t3.medium", count=8),
    Group(region=US, env="prod", role="api", team="shop", size="c5.large", count=4),
    Group(region=US, env="prod", role="db", team="data", size="r5.xlarge", count=3),
    Group(region=US, env="prod", role="cache", team="data", size="r5.large", count=2),
    Group(region=US, env="staging", role="web", team="shop", size="t3.small", count=3,
          stopped=2),
    Group(region=US, env="ci", role="runner", team="platform", size="c5.xlarge", count=4,
          stopped=1),
    Group(region=US, env="dev", role="box", team="platform", size="t3.micro", count=4, stopped=3),
    Group(region=US, env="prod", role="office", team="finance", size="m5.large", count=1,
          image=WINDOWS, tags={"cost-centre": "4711"}),
    Group(region=US, env="old", role="batch", team="data", size="m5.large", count=2, terminated=2),
    Group(region=EU, env="prod", role="web", team="shop", size="t3.medium", count=6),
    Group(region=EU, env="prod", role="db", team="data", size="r5.large", count=2),
    Group(region=EU, env="prod", role="bastion", team="platform", size="t3.nano", count=1),
    Group(region=EU, env="research", role="gpu", team="data", size="g4dn.xlarge", count=3,
          stopped=2, image=AMAZON_LINUX, tags={"owner": "ada"}),
    Group(region=EU, env="dev", role="box", team="platform", size="t3.micro", count=4, stopped=2,
          terminated=1, image=AMAZON_LINUX),
)

RESEARCH_REGIONS = (US,)
RESEARCH_FLEET = (
    Group(region=US, env="lab", role="notebook", team="genomics", size="t3.large", count=4,
          stopped=1),
    Group(region=US, env="lab", role="train", team="vision", size="g4dn.xlarge", count=3,
          stopped=1, image=AMAZON_LINUX),
    Group(region=US, env="lab", role="store", team="genomics", size="r5.large", count=2),
)
FLEETS = {FIRM: FLEET, RESEARCH: RESEARCH_FLEET}
# fmt: on


def machines(account: str = FIRM) -> Iterator[Machine]:
    launched_at = FIRST_LAUNCH
    for group in FLEETS[account]:
        running = group.count - group.stopped - group.terminated
        states = ["running"] * running
        states += ["stopped"] * group.stopped + ["terminated"] * group.terminated
        for number, state in enumerate(states, start=1):
            yield Machine(
                region=group.region,
                size=group.size,
                image=group.image,
                state=state,
                tags=_tags(group, number),
                launched_at=launched_at,
            )
            launched_at += BETWEEN_LAUNCHES


def _tags(group: Group, number: int) -> dict[str, str]:
    name = f"{group.env}-{group.role}-{number:02}"
    own = {"env": group.env, "role": group.role, "team": group.team}
    return {"Name": name, **own, **group.tags}
