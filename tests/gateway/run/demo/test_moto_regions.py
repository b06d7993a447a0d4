"""moto is given the regions that botocore finds by the API models of the services."""

import pytest
from botocore.session import Session, get_session

from gateway.run.demo.moto_regions import find_regions, find_regions_by_name

PARTITIONS = ("aws", "aws-cn", "aws-us-gov")


@pytest.mark.parametrize("service", ["ec2", "iam", "sts", "s3", "elb", "autoscaling", "cloudwatch"])
def test_the_regions_are_those_of_the_models(service):
    session = get_session()

    for partition in PARTITIONS:
        expected = session.get_available_regions(service, partition)
        assert find_regions(session, service, partition) == expected


def test_the_model_of_ec2_is_not_read(monkeypatch):
    monkeypatch.setattr(Session, "get_available_regions", Session.get_available_regions)
    monkeypatch.setattr(Session, "get_service_data", lambda *_words: pytest.fail("It was read."))

    find_regions_by_name()

    assert "eu-west-1" in get_session().get_available_regions("ec2")
