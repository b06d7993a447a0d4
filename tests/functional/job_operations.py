"""Operations whose effects can be counted, for real workers: `celery ... --include` this module.

An effect is a line in the file that the job's ``path`` names.
"""

import time
from pathlib import Path

from jobs.api import Done, Wait, operation

LONGEST_SECONDS = 120


@operation("functional.act", label="Act once")
def act(step):
    _take_effect(step)
    return Done("It is done.")


@operation("functional.act_slowly", label="Act, then hang")
def act_slowly(step):
    """Looks before it acts, as every operation does; hangs between its act and its word of it."""
    if step.job_id in effects(step.arguments["path"]):
        return Done("It had been done.", result={"interrupted": step.interrupted})
    step.report("Asking.")
    _take_effect(step)
    time.sleep(step.arguments["seconds"])
    return Done("It is done.")


@operation("functional.poll", label="Act, then look a few times")
def poll(step):
    looks = step.memory.get("looks", 0)
    if looks == 0:
        _take_effect(step)
    if looks == step.arguments["looks"]:
        return Done("It is done.")
    step.remember(looks=looks + 1)
    return Wait(0.2, "Not yet.")


@operation("functional.take_a_while", label="Act for a moment")
def take_a_while(step):
    """Notes when it begins and ends; does not end before ``company`` steps have begun."""
    _note(step, "begins")
    give_up = time.monotonic() + LONGEST_SECONDS
    while _begun(step) < step.arguments.get("company", 0) and time.monotonic() < give_up:
        time.sleep(0.02)
    time.sleep(step.arguments["seconds"])
    _note(step, "ends")
    return Done("It is done.")


def notes(path):
    """(job id, "begins" or "ends"), in order, without a line that is still being written."""
    file = Path(path)
    lines = file.read_text().splitlines(keepends=True) if file.exists() else []
    return [tuple(line.split()) for line in lines if line.endswith("\n")]


def _begun(step):
    return sum(word == "begins" for _, word in notes(step.arguments["path"]))


def effects(path):
    """The ids of the jobs that took effect, in order."""
    file = Path(path)
    return file.read_text().split() if file.exists() else []


def _note(step, word):
    with Path(step.arguments["path"]).open("a") as file:
        file.write(f"{step.job_id} {word}\n")


def _take_effect(step):
    with Path(step.arguments["path"]).open("a") as file:
        file.write(f"{step.job_id}\n")
