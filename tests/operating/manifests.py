"""What compose.yaml and deploy/kubernetes.yaml give to each container, and what a process of ours may come to."""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from server.files import pick_list_route
from server.rendering.file_reader import PREVIEW_LIMITS, TEXT_LIMITS
from server.settings import PREFIX, Settings
from tests.server_process import ROOT

COMPOSE = ROOT / "compose.yaml"
KUBERNETES = ROOT / "deploy" / "kubernetes.yaml"
MIB = 2**20

# A server without a request takes a third of it, the one that its children are forked from a fifth.
OWN_BYTES = 512 * MIB
# Threads: asyncio.to_thread starts 32 at most, and others come from libraries. Processes: the one that children are
# forked from, the one that cleans up after it, and the container's own first one.
_OWN_TASKS = 32 + 8 + 3
_UNITS = {"k": 2**10, "m": 2**20, "g": 2**30, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


@dataclass(frozen=True, slots=True)
class Container:
    """One container of a manifest. `given` holds its environment as it is without any variable of the operator's."""

    name: str
    command: tuple[str, ...]
    given: Mapping[str, str]
    memory_bytes: int | None
    tasks: int | None
    grace_seconds: int | None

    @property
    def is_worker(self) -> bool:
        """Whether it runs `partsgraph worker`."""
        return self.command[:2] == ("partsgraph", "worker")

    @property
    def is_ours(self) -> bool:
        """Whether it runs for long and is one of ours."""
        return self.is_worker or self.command == ("partsgraph", "serve")

    @property
    def settings(self) -> Settings:
        """What it runs with: its environment, then its command line."""
        given = {
            name.removeprefix(PREFIX).lower(): value for name, value in self.given.items() if PREFIX in name and value
        }
        options = dict(zip(self.command[2::2], self.command[3::2], strict=True))
        named = {"job_slots": options.get("--slots"), "file_slots": options.get("--file-slots")}
        given |= {name: value for name, value in named.items() if value is not None}
        # The stores are elsewhere, and what is secret of them is in no manifest.
        known = {name: value for name, value in given.items() if not name.startswith("s3_")}
        return Settings(_env_file=None, **known)  # type: ignore[arg-type]

    @property
    def most_bytes(self) -> int:
        """The memory that it may come to: its processes, the lists that servers print, and the files that are read."""
        settings = self.settings
        read = settings.file_slots * max(PREVIEW_LIMITS.memory_bytes, TEXT_LIMITS.memory_bytes)
        printed = 0 if self.is_worker else pick_list_route.AT_ONCE * pick_list_route.LIMITS.memory_bytes
        processes = 1 if self.is_worker else settings.workers
        return processes * (OWN_BYTES + read + printed)

    @property
    def most_tasks(self) -> int:
        """The processes and threads that it may come to."""
        settings = self.settings
        printed = 0 if self.is_worker else pick_list_route.AT_ONCE
        processes = 1 if self.is_worker else settings.workers
        return processes * (_OWN_TASKS + settings.file_slots + printed)

    @property
    def most_connections(self) -> int:
        """The connections to the database that it may hold."""
        settings = self.settings
        return (settings.workers + 1) * (settings.write_pool_size + settings.read_pool_size + 4)


def compose_services() -> dict[str, Any]:
    """The services of compose.yaml, with the values that variables have by default."""
    text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", COMPOSE.read_text())
    services: dict[str, Any] = yaml.safe_load(text)["services"]
    return services


def compose_containers() -> Iterator[Container]:
    """Those of compose.yaml; the image's own command is `partsgraph serve`."""
    for name, service in compose_services().items():
        command = service.get("command", ["partsgraph", "serve"] if "PARTSGRAPH_WORKERS" in str(service) else [])
        given = {key: _text(value) for key, value in service.get("environment", {}).items()}
        limit, grace = service.get("mem_limit"), service.get("stop_grace_period")
        yield Container(
            name=f"compose {name}",
            command=tuple(map(str, command)),
            given=given,
            memory_bytes=_bytes(str(limit)) if limit else None,
            tasks=service.get("pids_limit"),
            grace_seconds=int(str(grace).removesuffix("s")) if grace else None,
        )


def kubernetes_containers() -> Iterator[Container]:
    """Those of deploy/kubernetes.yaml."""
    documents = [each for each in yaml.safe_load_all(KUBERNETES.read_text()) if each]
    maps = {each["metadata"]["name"]: each["data"] for each in documents if each["kind"] == "ConfigMap"}
    for deployment in (each for each in documents if each["kind"] == "Deployment"):
        pod = deployment["spec"]["template"]["spec"]
        for container in pod["containers"]:
            given: dict[str, str] = {}
            for source in container["envFrom"]:
                given |= maps[source["configMapRef"]["name"]] if "configMapRef" in source else {}
            yield Container(
                name=f"kubernetes {deployment['metadata']['name']}",
                command=tuple(container.get("args", ["partsgraph", "serve"])),
                given=given,
                memory_bytes=_bytes(container["resources"]["limits"]["memory"]),
                tasks=None,
                grace_seconds=pod["terminationGracePeriodSeconds"],
            )


def object_store_command(directory: str, keys: str, address: str, program: str) -> list[str]:
    """How compose.yaml starts the object store, on other directories and another address."""
    service = compose_services()["object-store"]
    (script,) = service["command"]
    for there, here in (
        ("/run/secrets/object-store", keys),
        (":9000", address),
        ("/data", directory),
        ("rclone", shlex.quote(program)),
    ):
        assert there in script
        script = script.replace(there, here)
    return [*service["entrypoint"], script.replace("$$", "$")]


def _bytes(written: str) -> int:
    found = re.fullmatch(r"(\d+)([A-Za-z]+)", written)
    assert found is not None, written
    return int(found[1]) * _UNITS[found[2]]


def _text(value: Any) -> str:
    """A value of YAML as it stands in an environment."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
