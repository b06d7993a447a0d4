"""Writes ``gateway_client/generated`` from ``operations/`` and the schema.

``python generate.py`` writes it here, ``python generate.py TARGET`` elsewhere.

ariadne-codegen makes a sync client, or an async one, and the types of both. It runs twice, and the
second run adds its client to the files of the first. It is pinned and run by uv in an environment
of its own, because it requires an older ruff than the project does. Its sync client takes no
subscriptions, so their documents become constants of ``generated/subscriptions.py``.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from graphql import parse, print_ast
from graphql.utilities import separate_operations

HERE = Path(__file__).resolve().parent
CODEGEN = "ariadne-codegen==0.19.0"
ASYNC = {
    'target_package_path = "gateway_client"': 'target_package_path = "asynchronous"',
    'client_name = "Client"': 'client_name = "AsyncClient"\nclient_file_name = "async_client"',
    "async_client = false": "async_client = true",
}


def main(target: Path) -> None:
    """Write the generated package to ``target``; raises CalledProcessError with what went wrong."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "gateway" / "client"
        root.mkdir(parents=True)
        shutil.copy(HERE.parent.parent / "schema.graphql", name)
        shutil.copytree(HERE / "operations", root / "operations")
        settings = (HERE / "pyproject.toml").read_text(encoding="utf-8")
        generate(root, settings)
        for old, new in ASYNC.items():
            assert settings.count(old) == 1, old  # noqa: S101 - a line of our own pyproject.toml
            settings = settings.replace(old, new)
        generate(root, settings)
        made = root / "gateway_client" / "generated"
        for file in ("async_client.py", "async_base_client.py"):
            shutil.copy(root / "asynchronous" / "generated" / file, made)
        (made / "subscriptions.py").write_text(subscriptions(), encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(made, target)


def generate(root: Path, settings: str) -> None:
    (root / "pyproject.toml").write_text(settings, encoding="utf-8")
    for line in settings.splitlines():
        if line.startswith("target_package_path"):
            (root / line.split('"')[1]).mkdir(exist_ok=True)
    command = ["uv", "tool", "run", "--quiet", "--from", CODEGEN, "ariadne-codegen"]
    command[0] = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
    subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - ours


def subscriptions() -> str:
    """A module with the document of each subscription, and the fragments that it uses."""
    sources = (HERE / "subscriptions.graphql", HERE / "operations" / "fragments.graphql")
    together = parse("\n".join(source.read_text(encoding="utf-8") for source in sources))
    constants = [
        f'{to_snake_case(name).upper()} = """\n{print_ast(document)}\n"""\n'
        for name, document in separate_operations(together).items()
    ]
    return "\n".join(constants)


def to_snake_case(name: str) -> str:
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name).strip(
        "_"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else HERE / "gateway_client" / "generated")
