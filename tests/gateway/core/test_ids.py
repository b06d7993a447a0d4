"""Global ids."""

import pytest

from gateway.core.ids import global_id, split_id


@pytest.mark.parametrize("local", ["1", "12", "123", "é", "a:b"])
def test_an_id_is_read_as_it_was_written(local):
    assert split_id(global_id("Team", local)) == ("Team", local)


@pytest.mark.parametrize("other", ["VGVhbTp4eB==", "VGVhbTp4eA", "VGVhbTp4eA==\n", "VGVhbTp4eA== "])
def test_an_object_has_one_id(other):
    """The first has other bits before the padding, which decoders ignore."""
    assert global_id("Team", "xx") == "VGVhbTp4eA=="
    assert split_id(other) is None


@pytest.mark.parametrize("text", ["", "web-1", "VGVhbTo=", "OjE=", "é", "/w=="])
def test_other_texts_are_no_ids(text):
    assert split_id(text) is None
