from gateway.run.orphans import MARK
from gateway.run.processes import commands, environment, part_environment


def test_what_runs(options):
    assert list(commands(options, aws_port=None)) == ["web", "worker", "beat"]


def test_the_demo_s_cloud_runs_where_there_is_a_demo(options):
    aws = commands(options, aws_port=4711)["aws"]

    assert aws[-3:] == ["gateway.run.demo.aws", "4711", str(options.data_dir / "demo-aws")]


def test_the_web_server_listens_on_loopback_at_port(options):
    web = " ".join(commands(options, aws_port=None)["web"])

    assert "--host 127.0.0.1 --port 18000 " in web
    assert "--backpressure 2000" in web


def test_beat_starts_without_what_a_worker_needs(options):
    found = commands(options, aws_port=None)

    assert found["beat"][-2:] == ["gateway.run.celery_part", "beat"]
    assert found["worker"][-2:] == ["gateway.run.celery_part", "worker"]


def test_no_command_shows_a_secret(options):
    shown = str(commands(options, aws_port=4711))

    assert "redis://" not in shown
    assert "password" not in shown


def test_every_process_carries_the_mark_of_its_run(options):
    found = environment(options, redis_url="redis://:x@127.0.0.1:1/0")

    assert found[MARK] == str(options.run_dir)
    assert found["DATA_DIR"] == str(options.data_dir)
    assert found["REDIS_URL"] == "redis://:x@127.0.0.1:1/0"


def test_the_parts_may_reach_the_demo_s_cloud_and_wait_for_the_demo(options):
    found = part_environment(options, allowed=["::1"], aws_port=4711)

    assert found == {
        "DEMO_READY_FILE": str(options.data_dir / "run" / "demo-ready"),
        "EGRESS_ALLOW": "::1,127.0.0.1:4711",
    }
    assert part_environment(options, allowed=["::1"], aws_port=None)["EGRESS_ALLOW"] == "::1"
