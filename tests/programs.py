"""The programs of other people that tests drive, where this machine has them.

A test that drives one says so, `@pytest.mark.needs("nginx")`. Where a program is missing these tests are left out, and
told; in continuous integration, which has to have all of them, they fail.
"""

import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

# Debian calls it chromium, others chromium-browser. Debian's nginx lies where the search of a user does not look.
_NAMES = {
    "chromium": ("chromium", "chromium-browser", "/usr/bin/chromium"),
    "curl": ("curl",),
    "java": ("javac",),
    "nginx": ("nginx", "/usr/sbin/nginx"),
}


# Others come with another configuration.
_NGINX_OF_DEBIAN = Path("/etc/nginx/sites-enabled")


def program(name: str) -> str:
    """The path of a program that a test drives, which has to be there."""
    found = _found(name)
    assert found is not None, f"there is no {name} on this machine"
    return found


def missing() -> list[str]:
    """The programs that tests do without on this machine, none in continuous integration."""
    return [] if os.environ.get("CI") else [name for name in _NAMES if _found(name) is None]


@lru_cache
def _found(name: str) -> str | None:
    path = next(filter(None, map(shutil.which, _NAMES[name])), None)
    if path is None or (name == "nginx" and not _NGINX_OF_DEBIAN.exists()):
        return None
    return _java_beside(path) if name == "java" else path


def _java_beside(compiler: str) -> str | None:
    """The java of a development kit, which runs sources; where there is none, macOS has programs that only say so."""
    java = Path(compiler).resolve().with_name("java")
    runs = java.exists() and subprocess.run([java, "--version"], capture_output=True, check=False).returncode == 0
    return str(java) if runs else None
