"""Requests of tests to the object store of any kind."""

import pytest

from inventory.providers import ProviderError
from inventory.records.stored_object import NewObject, ObjectQuery


def put(cloud, bucket, key, text="text", **options):
    order = NewObject(text.encode(), "text/plain; charset=utf-8", **options)
    cloud.do("objects", "put", f"{bucket}/{key}", order)


def page(cloud, bucket, **query):
    return cloud.call("objects", "list", bucket, ObjectQuery(**query))


def keys(found):
    return [one.key for one in found.objects]


def refusal(act):
    with pytest.raises(ProviderError) as caught:
        act()
    return caught.value
