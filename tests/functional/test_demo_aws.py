"""The demo's AWS account, over HTTP, as a process of its own."""

import os
import subprocess
import sys
import time
from collections import Counter

import boto3
import pytest
from botocore.exceptions import ClientError

from gateway.run.demo.buckets import BUCKETS
from gateway.run.demo.fleet import FIRM, REGIONS, RESEARCH, UBUNTU, machines
from gateway.run.demo.keys import RESEARCH_KEY
from gateway.run.ports import free_port, is_free

START_SECONDS = 300  # a bound of a hang, on a busy machine

pytestmark = [pytest.mark.functional, pytest.mark.any_database]  # there is none


class Account:
    def __init__(self, directory):
        self.directory = directory
        self.port = free_port()
        self.process = None

    def start(self):
        self.process = subprocess.Popen(  # noqa: S603  (our own module)
            [sys.executable, "-m", "gateway.run.demo.aws", str(self.port), str(self.directory)],
            env={**os.environ, "HTTPS_PROXY": "http://127.0.0.1:9"},  # nothing is outside
        )
        deadline = time.monotonic() + START_SECONDS
        while is_free(self.port):
            assert self.process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def ec2(self, region=REGIONS[0], key="any"):
        return self.client("ec2", region, key)

    def client(self, service, region=REGIONS[0], key="any"):
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=f"http://127.0.0.1:{self.port}",
            aws_access_key_id=key,
            aws_secret_access_key=key,
        )

    def instances(self, region=REGIONS[0], key="any"):
        answer = self.ec2(region, key).describe_instances()
        for reservation in answer["Reservations"]:
            for one in reservation["Instances"]:
                # moto lists these from a set, whose order is another one in each process.
                for interface in one["NetworkInterfaces"]:
                    interface["Groups"].sort(key=lambda group: group["GroupId"])
        return {
            instance["InstanceId"]: instance
            for reservation in answer["Reservations"]
            for instance in reservation["Instances"]
        }


@pytest.fixture(scope="module")
def account(tmp_path_factory):
    account = Account(tmp_path_factory.mktemp("aws"))
    account.start()
    yield account
    account.kill()


def test_it_serves_the_fleet(account):
    for region in REGIONS:
        expected = Counter(machine.state for machine in machines() if machine.region == region)
        found = Counter(one["State"]["Name"] for one in account.instances(region).values())

        assert found == expected


def test_another_key_shows_another_account(account):
    found = account.instances(key=RESEARCH_KEY)

    states = Counter(one["State"]["Name"] for one in found.values())
    assert states == Counter(machine.state for machine in machines(RESEARCH))
    assert states["running"] >= 5
    assert not found.keys() & account.instances().keys()


def test_machines_have_the_tags_and_the_age_of_the_fleet(account):
    first = next(machines())

    [found] = [
        one
        for one in account.instances(first.region).values()
        if one["LaunchTime"] == first.launched_at
    ]

    assert {tag["Key"]: tag["Value"] for tag in found["Tags"]} == first.tags
    assert found["InstanceType"] == first.size


@pytest.mark.parametrize("key", ["any", RESEARCH_KEY])
def test_it_has_volumes_snapshots_keys_and_groups(account, key):
    ec2 = account.ec2(key=key)
    volumes = ec2.describe_volumes()["Volumes"]
    snapshots = ec2.describe_snapshots()["Snapshots"]

    assert {"available", "in-use"} == {one["State"] for one in volumes}
    of_images = {
        device["Ebs"]["SnapshotId"]
        for image in ec2.describe_images(Owners=["self"])["Images"]
        for device in image["BlockDeviceMappings"]
        if "Ebs" in device
    }
    taken = [one for one in snapshots if one["SnapshotId"] not in of_images]
    assert taken
    assert {one["VolumeId"] for one in taken} <= {one["VolumeId"] for one in volumes}
    keys = {one["KeyName"] for one in ec2.describe_key_pairs()["KeyPairs"]}
    assert {one["KeyName"] for one in account.instances(key=key).values()} <= keys
    groups = {one["GroupName"] for one in ec2.describe_security_groups()["SecurityGroups"]}
    used = [one["SecurityGroups"] for one in account.instances(key=key).values()]
    assert {"default", "web", "office", "old-ssh"} == groups
    assert {group["GroupName"] for found in used for group in found} <= groups


def test_ids_are_the_same_on_every_machine(account, tmp_path):
    other = Account(tmp_path)
    other.start()
    try:
        assert set(other.instances()) == set(account.instances())
        volumes = [one.ec2().describe_volumes()["Volumes"] for one in (other, account)]
        assert {one["VolumeId"] for one in volumes[0]} == {one["VolumeId"] for one in volumes[1]}
    finally:
        other.kill()


def test_what_was_changed_outlives_a_kill(tmp_path):
    account = Account(tmp_path)
    account.start()
    try:
        running = next(
            instance_id
            for instance_id, one in account.instances().items()
            if one["State"]["Name"] == "running"
        )
        account.ec2().stop_instances(InstanceIds=[running])
        account.ec2().create_tags(Resources=[running], Tags=[{"Key": "new", "Value": "1"}])
        launched = account.ec2().run_instances(
            ImageId=UBUNTU, InstanceType="t3.nano", MinCount=1, MaxCount=1
        )
        lab = next(iter(account.instances(key=RESEARCH_KEY)))
        account.ec2(key=RESEARCH_KEY).terminate_instances(InstanceIds=[lab])
        before = account.instances(), account.instances(key=RESEARCH_KEY)
        account.kill()
        account.start()
        after = account.instances(), account.instances(key=RESEARCH_KEY)
    finally:
        account.kill()

    assert after == before
    ours, theirs = after
    assert ours[running]["State"]["Name"] == "stopped"
    assert launched["Instances"][0]["InstanceId"] in ours
    assert theirs[lab]["State"]["Name"] == "terminated"


def test_a_client_token_given_twice_launches_once(account):
    def launch(token):
        answer = account.ec2("eu-west-1").run_instances(
            ImageId=UBUNTU, InstanceType="t3.nano", MinCount=1, MaxCount=1, ClientToken=token
        )
        return answer["Instances"][0]["InstanceId"]

    before = len(account.instances("eu-west-1"))
    first = launch("one")

    assert launch("one") == first
    assert launch("two") != first
    assert len(account.instances("eu-west-1")) == before + 2
    account.ec2("eu-west-1").terminate_instances(InstanceIds=[first])


def test_a_running_machine_keeps_its_root_volume(account):
    ec2 = account.ec2()
    pages = ec2.describe_instances(
        Filters=[{"Name": "instance-state-name", "Values": ["running"]}], MaxResults=5
    )
    instance = pages["Reservations"][0]["Instances"][0]
    [root] = [
        one["Ebs"]["VolumeId"]
        for one in instance["BlockDeviceMappings"]
        if one["DeviceName"] == instance["RootDeviceName"]
    ]

    with pytest.raises(ClientError, match=r"OperationNotPermitted.*Unable to detach root volume"):
        ec2.detach_volume(VolumeId=root)
    ec2.stop_instances(InstanceIds=[instance["InstanceId"]])
    ec2.detach_volume(VolumeId=root, InstanceId=instance["InstanceId"])

    assert ec2.describe_volumes(VolumeIds=[root])["Volumes"][0]["State"] == "available"


def test_a_state_file_of_another_moto_is_not_read(tmp_path):
    import moto  # noqa: PLC0415  (takes a second)

    from gateway.run.demo.state import AccountState  # noqa: PLC0415  (imports moto)

    state = AccountState(tmp_path / "account")
    assert not state.load()
    state.save(state.note_change())

    data = (tmp_path / "account").read_bytes()
    (tmp_path / "account").write_bytes(data.replace(moto.__version__.encode(), b"0.0.0", 1))

    assert not state.load()
    assert (tmp_path / "account").stat().st_mode & 0o777 == 0o600


def test_each_account_has_its_buckets_and_what_is_written_outlives_a_restart(tmp_path):
    account = Account(tmp_path)
    account.start()
    try:
        found = {
            key: {one["Name"] for one in account.client("s3", key=key).list_buckets()["Buckets"]}
            for key in ("any", RESEARCH_KEY)
        }
        own = account.client("s3")
        text = b"x" * 100
        own.put_object(Bucket="demo-shop-images", Key="new", Body=text, Metadata={"a": "b"})
        account.kill()
        account.start()
        own = account.client("s3")
        kept = own.get_object(Bucket="demo-shop-images", Key="new")
        versions = own.get_bucket_versioning(Bucket="demo-shop-backups")
        with pytest.raises(own.exceptions.ClientError, match="BucketAlreadyExists"):
            account.client("s3", key=RESEARCH_KEY).create_bucket(Bucket="demo-shop-images")
    finally:
        account.kill()

    assert found == {
        "any": {one.name for one in BUCKETS[FIRM]},
        RESEARCH_KEY: {one.name for one in BUCKETS[RESEARCH]},
    }
    assert (kept["Body"].read(), kept["Metadata"]) == (text, {"a": "b"})
    assert versions["Status"] == "Enabled"
