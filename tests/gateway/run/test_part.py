"""A part of a run is a real process here, without a runner."""

import os
import sys
from queue import Queue

from gateway.run.part import CommandPart

PATIENCE_SECONDS = 60
INHERITS = "import os, sys; os.write(int(sys.argv[1]), os.environ['STEP'].encode())"
PRINTS = "import os, sys; print(os.environ['STEP'], sys.argv[1:])"


def test_the_next_start_has_its_own_command_and_inherits_no_descriptor():
    lines = Queue()
    reading, writing = os.pipe()
    part = CommandPart(
        "one",
        [sys.executable, "-c", INHERITS, str(writing)],
        env=os.environ | {"STEP": "first"},
        cwd=".",
        output=lambda _name, line: lines.put(line),
        pass_fds=[writing],
    )
    part.start()
    os.close(writing)
    with open(reading) as pipe:  # noqa: PTH123 - a descriptor
        assert pipe.read() == "first"  # and it has ended: nothing else holds the pipe
    assert part.wait() == 0

    part.next_start([sys.executable, "-c", PRINTS], env=os.environ | {"STEP": "second"})
    part.start()

    assert part.wait() == 0
    assert lines.get(timeout=PATIENCE_SECONDS) == "second []"
