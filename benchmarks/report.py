"""The results in three formats: text for the terminal, JSON for programs, Markdown for readers.

``results/<name>.json`` is the record of one benchmark's latest run. ``results/README.md`` is made
from all records, so running one benchmark again does not change the figures of the others.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.machine import machine_line
from benchmarks.measure import Figure
from benchmarks.registry import Benchmark, By, Target

RESULTS = Path(__file__).parent / "results"
HEADER = """# What `make bench` saw

Made by `make bench`; do not edit. Medians of alternating runs, with the smallest and the largest
value; a ratio is that of the medians, with the smallest and the largest of single rounds. What the
figures mean: [docs/benchmarks.md](../../docs/benchmarks.md).
"""

Record = dict[str, Any]


def record_of(
    benchmark: Benchmark,
    figures: Sequence[Figure],
    *,
    machine: dict[str, Any],
    measured_at: str,
    commit: str,
) -> Record:
    """One run as plain data."""
    return {
        "name": benchmark.name,
        "about": benchmark.about,
        "command": f"make bench ONLY={benchmark.name}",
        "measured_at": measured_at,
        "commit": commit,
        "rounds": benchmark.rounds,
        "machine": machine,
        "figures": [
            {
                "subject": figure.subject,
                "metric": figure.metric,
                "median": figure.median,
                "least": figure.least,
                "most": figure.most,
                "values": list(figure.values),
            }
            for figure in figures
        ],
        "comparisons": [_comparison(target, figures) for target in benchmark.targets],
    }


def _comparison(target: Target, figures: Sequence[Figure]) -> Record:
    seen = target.seen(figures)
    return {
        "subject": target.subject,
        "beside": target.beside,
        "metric": target.metric,
        "by": str(target.by),
        "value": seen.value,
        "least": seen.least,
        "most": seen.most,
        "at_most": target.at_most,
        "met": target.is_met(figures),
    }


def save(record: Record, directory: Path = RESULTS) -> None:
    directory.mkdir(exist_ok=True)
    text = json.dumps(record, indent=2, ensure_ascii=False)
    (directory / f"{record['name']}.json").write_text(f"{text}\n")
    records = [json.loads(path.read_text()) for path in sorted(directory.glob("*.json"))]
    (directory / "README.md").write_text(markdown(records))


def markdown(records: Iterable[Record]) -> str:
    return "\n".join([HEADER, *(_section(record) for record in records)])


def _section(record: Record) -> str:
    figures = [
        ["what", "metric", "median", "min – max"],
        *(
            [each["subject"], each["metric"], number(each["median"]), _spread(each)]
            for each in record["figures"]
        ),
    ]
    comparisons = [
        ["compared", "metric", "seen", "min – max", "target", "met"],
        *(_comparison_row(each) for each in record["comparisons"]),
    ]
    lines = [
        f"## {record['name']}",
        "",
        record["about"],
        "",
        *_markdown_table(figures),
        "",
        *_markdown_table(comparisons),
        "",
        _circumstances(record),
        "",
    ]
    return "\n".join(lines)


def _circumstances(record: Record) -> str:
    return (
        f"`{record['command']}`, {record['rounds']} rounds, {record['measured_at']}, "
        f"commit {record['commit']}, on {machine_line(record['machine'])}."
    )


def terminal(record: Record) -> str:
    """The same for a person who waits for it."""
    rows = [
        [each["subject"], number(each["median"]), each["metric"], f"({_spread(each)})"]
        for each in record["figures"]
    ]
    lines = [f"{record['name']}: {record['about']}", *_aligned(rows), ""]
    lines += [f"  → {' '.join(_verdict(each))}" for each in record["comparisons"]]
    return "\n".join([*lines, ""])


def _verdict(comparison: Record) -> list[str]:
    compared, metric, seen, spread, target, met = _comparison_row(comparison)
    words = [f"{compared}:", seen, f"({spread}),", metric]
    if met:
        words.append(f"- {target}: {'met' if met == 'yes' else 'MISSED'}")
    return words


def _comparison_row(comparison: Record) -> list[str]:
    by = comparison["by"]
    sign = f" {by}" if by == By.RATIO else ""
    joint = "/" if by == By.RATIO else by
    limit = comparison["at_most"]
    return [
        f"{comparison['subject']} {joint} {comparison['beside']}",
        comparison["metric"],
        number(comparison["value"]) + sign,
        _spread(comparison),
        "" if limit is None else f"≤ {number(limit)}{sign}",
        {True: "yes", False: "no", None: ""}[comparison["met"]],
    ]


def number(value: float) -> str:
    """Three significant digits, and no more zeros than that."""
    for limit, digits in ((0.1, 3), (10, 2), (100, 1)):
        if abs(value) < limit:
            return f"{value:.{digits}f}"
    return f"{value:,.0f}"


def _spread(row: Record) -> str:
    return f"{number(row['least'])} – {number(row['most'])}"


def _markdown_table(rows: Sequence[Sequence[str]]) -> list[str]:
    head, *body = rows
    if not body:
        return []
    return [_line(head), _line(["---"] * len(head)), *(_line(row) for row in body)]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        f"  {name:<{widths[0]}}  {value:>{widths[1]}} {metric:<{widths[2]}}  {spread}"
        for name, value, metric, spread in rows
    ]
