"""The variables of `make run`, read once."""

from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from gateway.core import env
from gateway.run.errors import StartError
from gateway.run.ports import LOOPBACK

ROOT = Path(__file__).resolve().parents[2]
HIGHEST_PORT = 65535


@dataclass(frozen=True, kw_only=True)
class Options:
    """The settings that a person chose; empty strings and None mean the default."""

    data_dir: Path
    port: int
    admin_username: str
    admin_password: str
    redis_url: str
    demo: bool | None
    production: bool

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def run_dir(self) -> Path:
        """The directory of one run: the lock, the log of the embedded Redis, the ready file."""
        return self.data_dir / "run"

    @property
    def ready_file(self) -> Path:
        """It exists if the demo is connected, or there is no demo: /readyz waits for it."""
        return self.run_dir / "demo-ready"


def read_options() -> Options:
    try:
        return Options(
            data_dir=Path(env.text("DATA_DIR") or ROOT / "var").expanduser().resolve(),
            port=_port(env.text("PORT") or "8000"),
            admin_username=env.text("ADMIN_USERNAME") or "admin",
            admin_password=env.text("ADMIN_PASSWORD"),
            redis_url=env.text("REDIS_URL"),
            demo=env.flag("DEMO", default=True) if env.text("DEMO") else None,
            production=env.text("GATEWAY_ENV") == "production",
        )
    except ImproperlyConfigured as error:
        raise StartError(str(error)) from None


def _port(value: str) -> int:
    if value.isdecimal() and 0 < int(value) <= HIGHEST_PORT:
        return int(value)
    raise StartError(f"PORT must be a number from 1 to {HIGHEST_PORT}, not {value!r}.")
