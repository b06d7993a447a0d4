"""The demo account's state on disk, so that a machine stopped yesterday is stopped today.

moto keeps everything in memory. After each change, before it is answered, the whole account is
written (some 2 MB, some 50 ms; changes made at the same time share one writing), so that not even
SIGKILL loses an answered change.
"""

import os
import pickle
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import moto
from moto.ec2.models import ec2_backends
from moto.s3.models import s3_backends


class AccountState:
    """EC2 and S3 of every account of this process's moto, kept in the file ``path``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._saving = threading.Lock()
        self._changes = 0
        self._saved = 0

    @property
    def lock(self) -> threading.Lock:
        """Hold it to read or change the account: moto itself locks nothing."""
        return self._lock

    def note_change(self) -> int:
        """Call it while holding ``lock``; returns the number of the change, for ``save``."""
        self._changes += 1
        return self._changes

    def save(self, change: int) -> None:
        """Return when the file has ``change``, written by this thread or another one."""
        with self._saving:
            if self._saved >= change:
                return
            with self._lock:
                holds, data = self._changes, pickle.dumps(_collect(ec2_backends))
                data += pickle.dumps(_collect(s3_backends))
            self._write(data)
            self._saved = holds

    def load(self) -> bool:
        """Take the state from the file; False when there is none or another moto wrote it."""
        if not self._path.exists():
            return False
        # The file is ours, mode 0600, in the person's own data directory.
        with self._path.open("rb") as file:
            written_by = pickle.load(file)  # noqa: S301
            if written_by != moto.__version__:
                return False
            _restore(ec2_backends, pickle.load(file))  # noqa: S301
            with suppress(EOFError):  # an earlier release kept no S3
                _restore(s3_backends, pickle.load(file))  # noqa: S301
        for account, partitions in _collect(s3_backends).items():
            for partition, backend in partitions.items():
                places = dict.fromkeys(backend.buckets, (partition, account))
                s3_backends.bucket_accounts.update(places)
        return True

    def _write(self, data: bytes) -> None:
        draft = self._path.with_suffix(".draft")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123  (a descriptor, for its mode)
            file.write(pickle.dumps(moto.__version__))
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)


def _collect(backends: Any) -> dict[str, dict[str, Any]]:
    return {account: dict(regions) for account, regions in backends.items()}


def _restore(backends: Any, kept: dict[str, dict[str, Any]]) -> None:
    for account, regions in kept.items():
        for region, backend in regions.items():
            backends[account][region] = backend
