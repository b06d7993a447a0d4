"""How a run's processes share the tests: pytest-xdist hands each of them whole files.

Files whose tests ask the one gateway (``administrator`` of tests/functional/conftest.py) go to one
process, which starts one: a gateway is a dozen seconds of processor time, and some for as long as
it runs.
"""

from functools import cache

from xdist.scheduler import LoadFileScheduling

from gateway.run.options import ROOT

GATEWAY_FIXTURE = "administrator"


class WholeFiles(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return GATEWAY_FIXTURE if asks_the_gateway(file) else file


@cache
def asks_the_gateway(file: str) -> bool:
    """By its text: the process that hands out tests imports none."""
    return file.startswith("tests/functional/") and GATEWAY_FIXTURE in (ROOT / file).read_text()
