"""The enums of the schema match the code and the documents."""

from gateway.run.options import ROOT
from gateway.schema import schema
from inventory.live.receipts import OUR_CODES
from inventory.providers import ProviderErrorCode


def test_every_code_of_a_source_is_in_the_schema_and_in_the_documents():
    codes = set(schema.graphql_schema.type_map["SourceErrorCode"].values)
    documented = (ROOT / "docs" / "errors.md").read_text().partition("## Clouds")[2]

    assert codes == {*map(str, ProviderErrorCode), *OUR_CODES}
    assert [code for code in codes if f"| `{code}` |" not in documented] == []
