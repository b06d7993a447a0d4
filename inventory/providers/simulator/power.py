"""The effect of each action on the power of a simulated machine.

Power follows EC2. An action whose result is the present or coming state is accepted and does
nothing. A machine that is terminated, or changes to another state, refuses. Every machine that is
not terminated can be terminated.

::

    STOPPED, SUSPENDED, PAUSED ── start ──► PENDING ── boot_ms ──► RUNNING
    what runs, boots or is halted, ERROR ── stop ──► STOPPING ── boot_ms ──► STOPPED
    RUNNING ── reboot ──► REBOOTING ── boot_ms ──► RUNNING
    RUNNING ── suspend ──► STOPPING ── boot_ms ──► SUSPENDED
    SUSPENDED, PAUSED ── resume ──► PENDING ── boot_ms ──► RUNNING
    any but TERMINATED ── terminate ──► STOPPING ── boot_ms ──► TERMINATED ── 10 min ──► gone
"""

from dataclasses import dataclass

from inventory.types import MachineState as State

HALTED = frozenset({State.SUSPENDED, State.PAUSED})
# A machine that runs, or is about to run, has a public address.
AWAKE = frozenset({State.RUNNING, State.PENDING, State.REBOOTING})


@dataclass(frozen=True, slots=True)
class Power:
    """``once``: asking for what is so already, or under way, does nothing."""

    allowed: frozenset[State]
    passing: State
    goal: State
    once: bool = True

    def is_done(self, heading: State) -> bool:
        return self.once and heading is self.goal


POWER = {
    "start": Power(HALTED | {State.STOPPED}, State.PENDING, State.RUNNING),
    "stop": Power(HALTED | AWAKE | {State.ERROR}, State.STOPPING, State.STOPPED),
    "reboot": Power(frozenset({State.RUNNING}), State.REBOOTING, State.RUNNING, once=False),
    "suspend": Power(frozenset({State.RUNNING}), State.STOPPING, State.SUSPENDED),
    "resume": Power(HALTED, State.PENDING, State.RUNNING),
    "terminate": Power(frozenset(State) - {State.TERMINATED}, State.STOPPING, State.TERMINATED),
}
