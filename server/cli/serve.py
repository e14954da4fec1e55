"""partsgraph serve: run the server."""

import argparse
from pathlib import Path

from server.cli.parsing import add_data_dir
from server.process.lifecycle import serve
from server.settings import documented_settings, load_settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the options."""
    parser.set_defaults(run=_run)
    parser.epilog = _settings_text()
    parser.add_argument("--host", help="address to listen on (PARTSGRAPH_HOST)")
    parser.add_argument("--port", type=int, help="port to listen on; 0 takes a free one (PARTSGRAPH_PORT)")
    parser.add_argument("--workers", type=int, help="server processes that share the port (PARTSGRAPH_WORKERS)")
    add_data_dir(parser)


def _run(arguments: argparse.Namespace) -> int:
    data_dir: Path | None = arguments.data_dir
    serve(
        load_settings(host=arguments.host, port=arguments.port, workers=arguments.workers, data_dir=data_dir),
    )
    return 0


def _settings_text() -> str:
    lines = ["settings, from the environment or from .env in the working directory:"]
    for setting in documented_settings():
        default = f" [{setting.default}]" if setting.default else ""
        lines.append(f"  {setting.variable}{default}\n      {setting.description}")
    return "\n".join(lines)
