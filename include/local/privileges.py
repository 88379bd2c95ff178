"""As whom the servers run. Postgres and OpenSearch refuse root, so under root they get an ordinary account.

A clone may lie under a folder that only root may enter (``mktemp -d`` makes them 0700). The account keeps one capability, to read and
traverse what root may read, so that it finds its binaries, jars and data there; it may write only its own folders.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CAPABILITIES = {"dac_read_search": 2, "dac_override": 1}
"""Capabilities that open a 0700 parent folder, with their bit; containers often have only the second."""
SETPCAP_BIT = 8


class PrivilegeError(Exception):
    """The servers cannot be run as an ordinary user here; the message says why and what helps."""


@dataclass(frozen=True)
class Account:
    """An account other than ours, and the command prefix that becomes it."""

    name: str
    uid: int
    gid: int
    prefix: tuple[str, ...]

    def own(self, *folders: Path) -> None:
        """Make the folders and give them, with all below, to this account."""
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
            if folder.stat().st_uid == self.uid:
                continue
            for parent, _, files in os.walk(folder):
                for path in (Path(parent), *(Path(parent, name) for name in files)):
                    os.chown(path, self.uid, self.gid, follow_symlinks=False)


def server_account() -> Account | None:
    """The account for servers that refuse root; None when we are an ordinary user already."""
    if os.geteuid() != 0:
        return None
    entry = next((found for name in ("postgres", "nobody") if (found := _account(name))), None)
    setpriv = shutil.which("setpriv")
    if entry is None or setpriv is None:
        missing = "an account named postgres or nobody" if entry is None else "setpriv (package util-linux)"
        raise PrivilegeError(
            f"Postgres and OpenSearch refuse to run as root, and {missing} is missing. Run as an ordinary user, or add it."
        )
    prefix = [setpriv, f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
    bounding = _bounding_set()
    capability = next((name for name, bit in CAPABILITIES.items() if bounding >> bit & 1), None)
    if capability:
        prefix += [f"--inh-caps=+{capability}", f"--ambient-caps=+{capability}"]
        if bounding >> SETPCAP_BIT & 1:
            # access(2) ignores the capabilities of a user other than root without this bit, and Postgres asks it about its own binaries.
            prefix.append("--securebits=+no_setuid_fixup")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, tuple(prefix))


def check_readable(account: Account | None, paths: Sequence[Path]) -> None:
    """Raise a clear error when ``account`` cannot read one of ``paths``."""
    if account is None:
        return
    for path in paths:
        done = subprocess.run([*account.prefix, "/usr/bin/test", "-r", str(path)], cwd="/", capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise PrivilegeError(
                f"The servers run as {account.name}, who cannot read {path} {done.stderr.strip()}. "
                "Clone into a folder that others may enter (chmod o+x its parents), or run as an ordinary user."
            )


def _account(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _bounding_set() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapBnd:"):
            return int(line.split()[1], 16)
    return 0
