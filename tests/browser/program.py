"""Where the machine's Chromium is, if it has one."""

import shutil


def chromium() -> str | None:
    """The path of the program, None where there is none; Debian calls it chromium, others chromium-browser."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("/usr/bin/chromium")
