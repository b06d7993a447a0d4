"""The buckets of the demo's AWS accounts, as data, with a few objects each."""

from dataclasses import dataclass, field

from gateway.run.demo.fleet import EU, FIRM, RESEARCH, US


@dataclass(frozen=True, kw_only=True)
class Stored:
    """``objects``: texts by key."""

    name: str
    region: str
    tags: dict[str, str]
    versioning: bool = False
    objects: dict[str, str] = field(default_factory=dict)


# fmt: off
LOGS = {
    f"2026/{month:02}/web-{number:02}.log": f"GET / 200\nGET /cart {200 + number}\n"
    for month in (9, 10, 11) for number in (1, 2, 3)
}
BUCKETS = {
    FIRM: (
        Stored(name="demo-shop-logs", region=US, tags={"team": "platform", "env": "prod"},
               objects=LOGS),
        Stored(name="demo-shop-backups", region=US, tags={"team": "data", "env": "prod"},
               versioning=True, objects={"db/2026-11-27.sql": "CREATE TABLE orders (id int);\n"}),
        Stored(name="demo-shop-images", region=EU, tags={"team": "shop", "env": "prod"},
               objects={"products/shoe.txt": "A picture of a shoe.\n", "README": "Pictures.\n"}),
    ),
    RESEARCH: (
        Stored(name="demo-lab-results", region=US, tags={"team": "genomics", "env": "lab"},
               objects={"run-1/reads.csv": "sample,reads\na,1200\nb,900\n",
                        "run-2/reads.csv": "sample,reads\na,1310\nb,870\n"}),
    ),
}
# fmt: on
