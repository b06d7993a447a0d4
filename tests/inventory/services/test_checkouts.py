"""User data that clones a repository: its text, git's rules, and the kinds that refuse it."""

import shutil
import subprocess

import pytest
import yaml

from gateway.core.errors import InvalidInput, NotSupported
from inventory.models import Provider, Repository
from inventory.providers import Capability, all_kinds
from inventory.services.checkouts import Checkout
from inventory.services.orders import ProvisionRequest, provision_arguments, with_checkout

URL = "https://github.com/acme/web"
GOOD_REFS = [
    "main",
    "v1.0",
    "feature/one-two",
    "3f786850e387550fdab836ed7e6dc881de23001b",
    "refs/tags/v1",
    "#1",
    "büro",
    "@home",
    "a@b",
    "it's",
    '"quoted"',
    "$(reboot)",
    "`reboot`",
    "a;reboot",
    "a&&b|c>d",
    "%{x}",
    "a,b]",
    "!tag",
    "\N{GRINNING FACE}",
    "x" * 200,
]
BAD_REFS = [
    "",
    "@",
    "a b",
    "a\nruncmd: [reboot]",
    "a\x00b",
    "a\x7fb",
    "a..b",
    "HEAD~1",
    "v1^{}",
    "a:b",
    "a?b",
    "a*b",
    "a[b",
    "a\\b",
    "@{-1}",
    "main@{1}",
    "/a",
    "a/",
    "a//b",
    "a.",
    ".a",
    "a/.b",
    "a.lock",
    "a.lock/b",
]
# Git lets them be names of refs. A command takes the first for an option; terminals and YAML
# change or hide the others.
OURS_ALONE = ["-b", "--upload-pack=x", "a\u0085b", "a\u2028b", "a\u200bb", "a\ufeff", "a\ud800b"]


# Git lets them be names of refs, and no clone has them.
NOT_CLONED = ["refs/heads/main", "refs/pull/1/head", "FETCH_HEAD", "ORIG_HEAD", "MERGE_HEAD"]


def rendered(ref=None, *, url=URL, name="web", **known):
    row = Repository(name=name, full_name=f"acme/{name}", url=url, **known)
    return Checkout("R", ref, lambda: row).user_data()


def test_the_default_branch():
    assert rendered() == (
        "#cloud-config\n"
        'packages: ["git"]\n'
        "runcmd:\n"
        '  - ["git", "clone", "--", "https://github.com/acme/web", "/opt/web"]\n'
    )


@pytest.mark.parametrize("ref", GOOD_REFS)
def test_a_ref_is_one_item_of_one_command_whatever_it_is(ref):
    assert yaml.safe_load(rendered(ref)) == {
        "packages": ["git"],
        "runcmd": [
            ["git", "clone", "--", URL, "/opt/web"],
            ["git", "-C", "/opt/web", "checkout", ref, "--"],
        ],
    }


@pytest.mark.parametrize("ref", [*BAD_REFS, *OURS_ALONE, *NOT_CLONED, "x" * 256, "ü" * 128])
def test_a_ref_that_git_or_a_command_would_not_take_is_refused(ref):
    with pytest.raises(InvalidInput) as caught:
        rendered(ref)

    assert caught.value.field == "ref"


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize(
    ("ref", "taken"),
    [
        *((ref, True) for ref in GOOD_REFS),
        *((ref, False) for ref in BAD_REFS if "\x00" not in ref),  # no argument holds NUL
    ],
)
def test_git_says_the_same(ref, taken):
    """``--allow-onelevel`` is the rule for a name without a slash."""
    command = ["git", "check-ref-format", "--allow-onelevel", ref]
    assert (subprocess.run(command, check=False).returncode == 0) is taken  # noqa: S603


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("ref", NOT_CLONED)
def test_git_has_no_such_ref_in_a_clone(tmp_path, ref):
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@example.com")
    for command in (
        (*git, "init", "-q", "-b", "main", str(origin)),
        (*git, "-C", str(origin), "commit", "-q", "--allow-empty", "-m", "first"),
        (*git, "-C", str(origin), "branch", "feature"),
        (*git, "clone", "-q", "--", str(origin), str(clone)),
    ):
        subprocess.run(command, check=True)  # noqa: S603
    named = ref.replace("main", "feature")  # another than the default branch
    checkout = (*git, "-C", str(clone), "checkout", "-q", named, "--")

    assert subprocess.run(checkout, check=False, capture_output=True).returncode != 0  # noqa: S603


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("ref", ["main", "topic/a", "v1", "commit", "file"])
def test_the_second_command_checks_out_a_branch_a_tag_and_a_commit(tmp_path, ref):
    """``file``: a branch that is called as a file of the repository."""

    def git(*words, where="origin"):
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        command = ["git", *identity, "-C", str(tmp_path / where), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603

    (tmp_path / "origin").mkdir()
    git("init", "-q", "-b", "main")
    commits = {}
    for name in ("commit", "v1", "topic/a", "file", "main"):
        (tmp_path / "origin" / "file").write_text(name)
        git("add", "file")
        git("commit", "-q", "-m", name)
        commits[name] = git("rev-parse", "HEAD")
        if name == "v1":
            git("tag", name)
        elif name not in {"commit", "main"}:
            git("branch", name)
    git("clone", "-q", "--", str(tmp_path / "origin"), str(tmp_path / "clone"))
    wanted = commits[ref] if ref == "commit" else ref
    [_clone, checkout] = yaml.safe_load(rendered(wanted))["runcmd"]

    git(*checkout[3:], where="clone")

    assert checkout[:3] == ["git", "-C", "/opt/web"]
    assert git("rev-parse", "HEAD", where="clone") == commits[ref]
    assert (tmp_path / "clone" / "file").read_text() == ref


@pytest.mark.parametrize(
    "url",
    [
        "",
        "acme/web",
        "http://github.com/acme/web",
        "ssh://git@github.com/acme/web",
        "git@github.com:acme/web",
        "https://token@github.com/acme/web",
        "https://user:secret@github.com/acme/web",
        "https://github.com/acme/web?token=x",
        "https://github.com/acme/web#x",
        "https://github.com",
        "https:///acme/web",
        "https://-x/acme",
        "https://github.com/acme/web\n",
        "https://github.com/ac me/web",
        'https://github.com/"/web',
        "https://github.com/$(reboot)",
        "https://github.com\\@example.com/web",
        "https://gïthub.com/acme/web",
    ],
)
def test_an_address_that_is_not_plain_https_is_refused(url):
    with pytest.raises(InvalidInput) as caught:
        rendered(url=url)

    assert caught.value.field == "repository"
    assert "secret" not in caught.value.message


@pytest.mark.parametrize(
    "url", ["https://git.example.com:8443/~acme/web.git", "https://gitlab.com/a/b/c/", URL]
)
def test_addresses_of_other_hosts_are_taken(url):
    assert yaml.safe_load(rendered(url=url))["runcmd"] == [["git", "clone", "--", url, "/opt/web"]]


@pytest.mark.parametrize("name", ["", ".", "..", "../etc", "a/b", "a b", "a\n", 'a"', "wéb"])
def test_a_name_that_is_no_directory_below_opt_is_refused(name):
    with pytest.raises(InvalidInput) as caught:
        rendered(name=name)

    assert caught.value.field == "repository"


@pytest.mark.parametrize("name", ["web", "...", ".github", "-x", "a.b_c-d"])
def test_names_of_directories_are_taken(name):
    assert yaml.safe_load(rendered(name=name))["runcmd"][0][-1] == f"/opt/{name}"


@pytest.mark.parametrize(
    "known",
    [
        {"visibility": "PRIVATE"},
        {"visibility": "INTERNAL"},
        {"state": "DISABLED"},
        {"state": "MISSING"},
    ],
    ids=str,
)
def test_a_repository_that_nobody_clones_without_credentials(known):
    with pytest.raises(InvalidInput) as caught:
        rendered(**known)

    assert caught.value.field == "repository"


@pytest.mark.parametrize(
    "known", [{"visibility": "PUBLIC", "state": "ARCHIVED"}, {"visibility": None}], ids=str
)
def test_a_repository_that_anybody_clones(known):
    assert URL in rendered(**known)


def order(**given):
    checkout = Checkout("R", "v1", lambda: Repository(name="web", url=URL))
    return ProvisionRequest("web", "s-1", "i-1", checkout=checkout, **given)


BUYING = [kind for kind in all_kinds() if Capability.PROVISION in kind.capabilities]


@pytest.mark.parametrize("kind", BUYING, ids=lambda kind: kind.slug)
def test_a_kind_takes_it_as_user_data_or_refuses_the_repository(kind):
    provider = Provider(kind_slug=kind.slug)
    if "user_data" in kind.unorderable:
        with pytest.raises(NotSupported) as caught:
            provision_arguments(provider, order())
        assert caught.value.field == "repository"
        assert kind.label in caught.value.message
    else:
        arguments = provision_arguments(provider, order())
        assert (arguments["repository"], arguments["ref"]) == ("R", "v1")
        assert arguments["user_data"] is None  # no part of the key's request
        assert with_checkout(arguments, order())["user_data"] == rendered("v1")


def test_some_kinds_take_it_and_some_refuse_it():
    taking = {kind.slug for kind in BUYING if "user_data" not in kind.unorderable}

    assert taking >= {
        *("simulator", "aws", "openstack", "digitalocean", "linode", "google", "azure"),
    }
    assert "libvirt" not in taking


def test_an_order_takes_a_repository_or_user_data():
    with pytest.raises(InvalidInput) as caught:
        provision_arguments(Provider(kind_slug="simulator"), order(user_data="#!/bin/sh"))

    assert caught.value.field == "repository"


def test_the_arguments_of_other_orders_are_as_they_were():
    """The digests of arguments identify requests under idempotency keys."""
    plain = ProvisionRequest("web", "s-1", "i-1")

    assert provision_arguments(Provider(kind_slug="simulator"), plain).keys() == {
        *("name", "size", "image", "location", "key_pair", "security_groups", "tags"),
        *("user_data", "region"),
    }
