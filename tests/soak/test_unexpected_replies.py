"""Replies of an unexpected form, from every kind: one odd object damages neither the others nor
its source, and no message has Python's own words.

`make test` reads a sample, SOAK_REPLIES=all reads every mutation; `make soak` does.
"""

import os
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from tests.inventory.providers.contract.every import single_kinds
from tests.soak.replies.http import HTTP_BACKENDS, HttpReplies
from tests.soak.replies.reading import Tally
from tests.soak.replies.xml import EC2Replies, LibvirtReplies

SAMPLE = 12  # mutations of each kind: under 15 seconds for all kinds
WHOLE = "all"
# Kinds that no reply comes from, and why.
SILENT = {"simulator": "Its machines are computed in this process."}
REPLIES: Mapping[str, Any] = {
    "aws": EC2Replies,
    "libvirt": LibvirtReplies,
    **{
        slug: (lambda request, backend=backend: HttpReplies(backend, request))
        for slug, backend in HTTP_BACKENDS.items()
    },
}


def test_every_kind_has_replies():
    assert {kind.slug for kind in single_kinds()} == {*REPLIES, *SILENT}


def chosen(cases):
    """All of them, or SAMPLE that are spread evenly; always the same."""
    if os.environ.get("SOAK_REPLIES") == WHOLE:
        return cases
    step = max(1, len(cases) // SAMPLE)
    return cases[len(cases) % step :: step]


@pytest.mark.parametrize("slug", REPLIES)
def test_an_unexpected_reply_damages_one_object(slug, request, capsys):
    replies, tally = REPLIES[slug](request), Tally()
    cases = list(replies.cases())
    for case in chosen(cases):
        case.judge(tally)

    with capsys.disabled():
        sys.stdout.write(
            f"\n{slug}: {tally.mutations} of {len(cases)} mutations, "
            f"{len(tally.lost_sources)} lost sources, {len(tally.faults)} faults "
        )
    assert tally.mutations >= min(SAMPLE, len(cases))
    assert tally.lost_sources == []
    assert tally.faults == []
