"""Decides if there is a demo, and which of its providers must still be connected.

DATA_DIR/demo.json remembers the demo: the public ids of its providers, and the port of its AWS
endpoint, which is part of that provider's credentials.
"""

import importlib.util
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from gateway.run.options import Options
from gateway.run.ports import free_port, is_free

AWS = ("aws", "research")  # both are at the one AWS endpoint
PROVIDERS = (*AWS, "simulator")


@dataclass(frozen=True, kw_only=True)
class Memory:
    """``finished``: every provider was connected once; until then each start continues to connect.

    ``marked``: ``Provider.demo`` marks the providers of the demo. An earlier release did not store
    it.
    """

    providers: dict[str, str] = field(default_factory=dict)  # its name in PROVIDERS → public id
    aws_port: int | None = None
    finished: bool = False
    marked: bool = False

    def with_provider(self, name: str, public_id: str) -> "Memory":
        return replace(self, providers={**self.providers, name: public_id})


@dataclass(frozen=True, kw_only=True)
class Plan:
    connect: tuple[str, ...] = ()
    keep: dict[str, str] = field(default_factory=dict)  # name → public id

    @property
    def any(self) -> bool:
        return bool(self.connect or self.keep)

    @property
    def has_aws(self) -> bool:
        return not {*self.connect, *self.keep}.isdisjoint(AWS)


def plan_demo(*, switch: bool | None, memory: Memory | None, connected: Collection[str]) -> Plan:
    """Decide.

    ``switch`` is DEMO: False never, True always, None: at the first start without any provider,
    and from then on for as long as the demo's providers are connected.
    ``connected``: the public ids of all providers there are.
    """
    if switch is False:
        return Plan()
    remembered = memory.providers if memory else {}
    keep = {name: public_id for name, public_id in remembered.items() if public_id in connected}
    fresh = memory is None and not connected
    interrupted = memory is not None and not memory.finished
    if switch or fresh or interrupted:
        return Plan(connect=tuple(name for name in PROVIDERS if name not in keep), keep=keep)
    return Plan(keep=keep)


def may_have_demo(options: Options) -> bool:
    return not options.production and importlib.util.find_spec("moto") is not None


def plan_is_likely(options: Options) -> bool:
    """True if the demo is probably the same as at the last start, or there is none."""
    is_known = read_memory(options.data_dir) is not None
    return is_known or options.demo is False or not may_have_demo(options)


def early_aws_port(options: Options) -> int | None:
    """The port of the demo's cloud in the last run, if there was one and the port is free.

    With it the cloud can start early: the plan needs the database, and the machine is half idle
    until the database is ready.
    """
    if options.demo is False or not may_have_demo(options):
        return None
    memory = read_memory(options.data_dir)
    if memory is None or memory.aws_port is None or not memory.finished:
        return None
    return memory.aws_port if is_free(memory.aws_port) else None


def choose_aws_port(memory: Memory | None) -> int:
    """The port of the last run, unless another program uses it now."""
    if memory and memory.aws_port and is_free(memory.aws_port):
        return memory.aws_port
    return free_port()


def forget_port(memory: Memory | None, data_dir: Path) -> Memory | None:
    """Forget the port: the demo has no cloud any more, so the next run must not start one early."""
    if memory is None or memory.aws_port is None:
        return memory
    memory = replace(memory, aws_port=None)
    write_memory(data_dir, memory)
    return memory


def read_memory(data_dir: Path) -> Memory | None:
    path = _path(data_dir)
    return Memory(**json.loads(path.read_text())) if path.exists() else None


def write_memory(data_dir: Path, memory: Memory) -> None:
    draft = _path(data_dir).with_suffix(".draft")
    draft.write_text(json.dumps(asdict(memory), indent=2))
    draft.replace(_path(data_dir))


def _path(data_dir: Path) -> Path:
    return data_dir / "demo.json"
