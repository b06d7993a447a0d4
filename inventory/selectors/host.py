"""The machine that the gateway runs on, read from the system itself."""

import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
# What /proc/cpuinfo calls the processor: on x86, on ARM boards, on POWER.
MODEL_KEYS = ("model name", "Model", "Hardware", "cpu")


@dataclass(frozen=True, slots=True)
class Cpu:
    model: str
    cores: int  # logical processors
    architecture: str


def cpu_of_host() -> Cpu:
    architecture = platform.machine()
    model = _linux_model() or _macos_model() or platform.processor() or architecture
    return Cpu(model=model, cores=os.cpu_count() or 1, architecture=architecture)


def _linux_model() -> str:
    if not CPUINFO.exists():
        return ""
    facts: dict[str, str] = {}
    for line in CPUINFO.read_text().splitlines():
        key, _, value = line.partition(":")
        facts.setdefault(key.strip(), value.strip())
    return next((facts[key] for key in MODEL_KEYS if facts.get(key)), "")


def _macos_model() -> str:
    if platform.system() != "Darwin":
        return ""
    command = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, timeout=5)  # noqa: S603 - a fixed command
    return finished.stdout.strip()
