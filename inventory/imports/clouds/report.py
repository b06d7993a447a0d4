"""The plan of an import as text. No line has a value of a file."""

from collections.abc import Iterator

from gateway.core.text import printable, storable
from inventory.imports.clouds.plan import Plan, Step

LONGEST_LINE = 2_000  # characters


def lines_of(plan: Plan, *, applied: bool, update: bool) -> Iterator[str]:
    """One line for each entry, and one with their numbers. ``applied``: the plan is carried out.

    Names are those of the files: a terminal must show them, and not obey them.
    """
    return map(shown_line, _lines(plan, applied=applied, update=update))


def shown_line(text: str) -> str:
    return storable(printable(text), LONGEST_LINE)


def _lines(plan: Plan, *, applied: bool, update: bool) -> Iterator[str]:
    for one in plan.left_out:
        yield f"skipped {one.name} in {one.origin}: {one.reason}"
    for step in plan.as_they_are:
        yield f"unchanged {_described(step)}: connected already{_called(step)}"
    for step in plan.differing:
        differs = ", ".join(step.differs)
        word = ("updated" if applied else "to update") if update else "unchanged"
        hint = "" if update else "; --update takes the file's"
        yield f"{word} {_described(step)}: other {differs}{hint}"
    for step in plan.uncertain:
        yield _uncertain(step)
    for step in plan.new:
        filled_in = ", ".join(step.cleaned.filled_in)
        yield f"{'connected' if applied else 'to connect'} {_described(step)}: {filled_in}"
    yield _summary(plan, applied=applied, update=update)


def _described(step: Step) -> str:
    found = step.cleaned.found
    return f"{found.name} ({found.account.kind}, {', '.join(step.cleaned.regions)})"


def _uncertain(step: Step) -> str:
    """Credentials that may be another account's."""
    found = step.cleaned.found
    return (
        f"unchanged {_described(step)}: other {', '.join(step.differs)}, and only the cloud knows "
        f"whether they are of the same account; if so, --update --same-account {found.name} takes "
        f"them, else --as {found.name}=NAME connects them beside it"
    )


def _called(step: Step) -> str:
    name = step.provider.name if step.provider else ""
    return "" if name == step.cleaned.found.name else f" as {name}"


def _summary(plan: Plan, *, applied: bool, update: bool) -> str:
    updated = len(plan.differing) if update else 0
    changed = len(plan.new) + updated
    kept = len(plan.steps) - changed
    counts = f"{updated} updated, {kept} unchanged, {len(plan.left_out)} skipped."
    if applied:
        return f"{len(plan.new)} connected, {counts}{'' if changed else ' Nothing changed.'}"
    hint = " Nothing was done yet: --apply does it." if changed else " There is nothing to do."
    return f"{len(plan.new)} to connect, {counts.replace('updated', 'to update')}{hint}"
