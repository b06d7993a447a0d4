"""An answer names the parts that it leaves out, and where they are."""

from types import SimpleNamespace

from django.contrib.auth.models import AnonymousUser
from graphql.pyutils import Path

from gateway.core.graphql.completeness import note_cut
from gateway.core.graphql.context import Context


def test_two_fields_at_one_path_keep_their_own_hints():
    context = Context(AnonymousUser())
    items = Path(None, "all", "Query").add_key(0)

    note_cut(SimpleNamespace(context=context, path=items.add_key("x", "A")), 2, hint="Page.")
    note_cut(SimpleNamespace(context=context, path=items.add_key("x", "B")), 3, hint="Narrow.")
    note_cut(SimpleNamespace(context=context, path=items.add_key("x", "A")), 4, hint="Page.")

    path = ["all", "x"]
    assert context.extensions["cuts"] == [
        {"path": path, "lists": 2, "leftOut": 6, "message": "6 more are not shown. Page."},
        {"path": path, "lists": 1, "leftOut": 3, "message": "3 more are not shown. Narrow."},
    ]
