"""The regions that constructors of libcloud 3.9.1 take; a test compares."""

EC2_REGIONS = (
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "af-south-1", "ap-east-1"),
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1"),
    *("ap-southeast-2", "ca-central-1", "cn-north-1", "cn-northwest-1", "eu-central-1"),
    *("eu-north-1", "eu-south-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1"),
    "us-gov-west-1",
)
_NTT = (
    *("is-na", "is-eu", "is-au", "is-af", "is-ap", "is-latam", "is-canada"),
    *("ntta-na", "ntta-eu", "ntta-au", "ntta-af", "ntta-ap"),
    *("cisco-na", "cisco-eu", "cisco-au", "cisco-af", "cisco-ap", "cisco-latam", "cisco-canada"),
)
NTTCIS = ("na", "eu", "au", "au-gov", "af", "ap", "ca", *_NTT)
DIMENSION_DATA = (
    *("dd-na", "dd-eu", "dd-au", "dd-au-gov", "dd-af", "dd-ap", "dd-latam", "dd-canada"),
    *_NTT,
)
CLOUDSIGMA = (
    *("zrh", "sjc", "wdc", "hnl", "per", "mnl", "fra", "mel", "dbl", "tyo", "crk", "mnl2"),
    *("ruh", "bdn", "gva"),
)
OUTSCALE = ("eu-west-1", "eu-west-2", "eu-west-3", "us-east-1", "us-east-2")


def first_of(name: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The region that is connected by default comes first."""
    return (name, *(one for one in names if one != name))
