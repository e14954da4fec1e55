"""What the manifests give fits what the settings let a process take, and no password stands in them."""

import re
from pathlib import Path

import pytest

from server.files import pick_list_route
from server.rendering.file_reader import PREVIEW_LIMITS
from server.settings import PREFIX, Settings, variable
from tests.operating.manifests import (
    COMPOSE,
    KUBERNETES,
    MIB,
    OWN_BYTES,
    Container,
    compose_containers,
    compose_services,
    kubernetes_containers,
)
from tests.server_process import ROOT

COMPOSED = list(compose_containers())
OURS = [each for each in [*COMPOSED, *kubernetes_containers()] if each.is_ours]
OPERATING = ROOT / "docs" / "guide" / "operating.md"
# Of PostgreSQL itself: what writes, cleans up and watches.
_POSTGRES_OWN_TASKS = 28
_POSTGRES_CONNECTIONS = 100
_DEFAULT_PASSWORD = re.compile(r"\w*(?:PASSWORD|SECRET_KEY|SECRET|TOKEN)\w*:\s*\S*\$\{\w+:-[^}]+\}")
_WRITTEN_PASSWORD = re.compile(r"//\w+:[^$@/\s…]+@|--auth-key=\S+|(?:PASSWORD|SECRET_KEY|_TOKEN): +[^$\s]")


def _name(container: Container) -> str:
    return container.name


def test_both_manifests_run_servers_and_a_worker() -> None:
    kinds = sorted((each.name.partition(" ")[0], each.is_worker) for each in OURS)
    assert kinds == [("compose", False), ("compose", True), ("kubernetes", False), ("kubernetes", True)]


@pytest.mark.parametrize("container", OURS, ids=_name)
def test_every_variable_is_a_setting(container: Container) -> None:
    known = {variable(name) for name in Settings.model_fields}
    assert {name for name in container.given if name.startswith(PREFIX)} <= known
    assert container.settings.file_slots is not None


@pytest.mark.parametrize("container", OURS, ids=_name)
def test_the_memory_of_a_container_is_enough_for_all_its_children(container: Container) -> None:
    assert container.memory_bytes is not None
    assert container.memory_bytes >= container.most_bytes


def test_the_guide_tells_the_same_figures() -> None:
    rows = re.findall(r"^\| each .* \| ([\d,]+) MiB \|$", OPERATING.read_text(), re.MULTILINE)
    wanted = [OWN_BYTES, pick_list_route.LIMITS.memory_bytes, PREVIEW_LIMITS.memory_bytes]
    assert [int(row.replace(",", "")) * MIB for row in rows] == wanted


@pytest.mark.parametrize("container", OURS, ids=_name)
def test_files_are_read_by_workers_alone(container: Container) -> None:
    assert (container.settings.file_slots > 0) == container.is_worker
    assert (container.settings.job_slots > 0) == container.is_worker


@pytest.mark.parametrize("container", OURS, ids=_name)
def test_a_container_is_given_the_time_to_stop_that_its_settings_take(container: Container) -> None:
    settings = container.settings
    needed = 10 if container.is_worker else settings.shutdown_accept_seconds + settings.shutdown_grace_seconds + 15
    assert container.grace_seconds is not None
    assert container.grace_seconds >= needed


@pytest.mark.parametrize("container", COMPOSED, ids=_name)
def test_every_service_has_a_limit_of_memory_and_of_processes(container: Container) -> None:
    assert container.memory_bytes is not None
    assert container.tasks is not None
    if container.is_ours:
        assert container.tasks >= container.most_tasks


def test_what_lies_in_memory_is_no_directory_of_files() -> None:
    assert [name for name, service in compose_services().items() if "tmpfs" in service] == []


def test_the_database_has_room_for_all_connections() -> None:
    (database,) = [each for each in COMPOSED if each.name == "compose database"]
    wanted = sum(each.most_connections for each in COMPOSED if each.is_ours)
    assert wanted <= _POSTGRES_CONNECTIONS
    assert database.tasks is not None
    assert database.tasks >= _POSTGRES_CONNECTIONS + _POSTGRES_OWN_TASKS


@pytest.mark.parametrize("manifest", [COMPOSE, KUBERNETES], ids=lambda path: path.name)
def test_no_password_stands_in_a_manifest(manifest: Path) -> None:
    text = manifest.read_text()
    assert _DEFAULT_PASSWORD.findall(text) == []
    assert _WRITTEN_PASSWORD.findall(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "POSTGRES_PASSWORD: ${DATABASE_PASSWORD:-partsgraph}",
        "PARTSGRAPH_DATABASE_URL: postgresql://partsgraph:partsgraph@database:5432/partsgraph",
        "- --auth-key=partsgraph,partsgraph-secret",
        "PARTSGRAPH_S3_SECRET_KEY: partsgraph-secret",
        "PARTSGRAPH_INITIAL_ADMIN_TOKEN: pg_1",
    ],
)
def test_a_password_in_a_manifest_would_be_found(line: str) -> None:
    assert _DEFAULT_PASSWORD.search(line) or _WRITTEN_PASSWORD.search(line)
