"""Settings come from the environment and from .env, and a bad one is told in one line that names its variable."""

from pathlib import Path

import pytest
import segno

from graph.global_ids import global_id
from server.errors import SettingsError
from server.settings import PREFIX, documented_settings, load_settings, misspelt_variables, variable

S3 = {
    "S3_ENDPOINT_URL": "https://s3.example.org",
    "S3_BUCKET": "workshop",
    "S3_ACCESS_KEY": "key",
    "S3_SECRET_KEY": "very-secret",
    "S3_REGION": "us-east-1",
}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for setting in documented_settings():
        monkeypatch.delenv(setting.variable, raising=False)
    monkeypatch.chdir(tmp_path)


def _faults() -> list[str]:
    with pytest.raises(SettingsError) as raised:
        load_settings()
    return raised.value.faults


def test_without_any_variable_the_defaults_hold() -> None:
    settings = load_settings()
    assert (settings.host, settings.port, settings.data_dir) == ("127.0.0.1", 8000, Path("data"))
    assert settings.demo_data is True
    assert settings.database_url is None
    assert settings.cors_origins == []


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PARTSGRAPH_PORT=1\nPARTSGRAPH_HOST=localhost\nPARTSGRAPH_MAX_DEPTH=3\n")
    monkeypatch.setenv("PARTSGRAPH_PORT", "2")
    monkeypatch.setenv("PARTSGRAPH_MAX_DEPTH", "4")
    settings = load_settings(port=3, host=None)
    assert (settings.port, settings.max_depth, settings.host) == (3, 4, "localhost")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("http://a.example:5173, https://b.example", ["http://a.example:5173", "https://b.example"]),
        ('["http://a.example:5173"]', ["http://a.example:5173"]),
        ("", []),
    ],
)
def test_a_list_is_separated_by_commas_or_written_as_json(
    monkeypatch: pytest.MonkeyPatch, written: str, read: list[str]
) -> None:
    monkeypatch.setenv("PARTSGRAPH_CORS_ORIGINS", written)
    assert load_settings().cors_origins == read


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PORT", "many", "should be a valid integer"),
        ("PORT", "70000", "less than or equal to 65535"),
        ("FILE_SLOTS", "-1", "greater than or equal to 0"),
        ("FILE_SLOTS", "101", "less than or equal to 100"),
        ("COMPRESS_FROM_BYTES", "-2", "greater than or equal to -1"),
        ("LOG_LEVEL", "loud", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("LOG_FORMAT", "xml", "'auto', 'json' or 'console'"),
        ("DATABASE_URL", "mysql://host/name", "must start with postgresql:// or postgres://"),
        ("DEMO_DATA", "perhaps", "valid boolean"),
        ("TIME_ZONE", "Europe/Nowhere", "is not a time zone such as Europe/Berlin or UTC"),
        ("TIME_ZONE", "Europe", "is not a time zone"),
        ("TIME_ZONE", "../../etc/passwd", "is not a time zone"),
        ("TIME_ZONE", "localtime", "is not a time zone"),
        ("TIME_ZONE", "posixrules", "is not a time zone"),
        ("TIME_ZONE", "Factory", "is not a time zone"),
        ("PICK_LIST_URL", "https://x/" + "{id}" * 70, "must have at most 213 characters with a long id in it"),
        ("PICK_LIST_URL", "https://x/{number}" + "a" * 190, "must have at most 213 characters"),
        ("PICK_LIST_URL", "https://{id}", "must be an address such as"),
        ("PICK_LIST_URL", "https://{number}.example.org/{id}", "must be an address such as"),
        ("PICK_LIST_URL", "https://parts.example.org/lists", "must be an address such as"),
        ("PICK_LIST_URL", "javascript:{id}", "must be an address such as"),
        ("PICK_LIST_URL", "https://parts.example.org/ {id}", "must be an address such as"),
        ("CORS_ORIGINS", "http://a.example/", "is not an origin"),
        ("CORS_ORIGINS", "[1", "neither a list separated by commas nor a JSON array"),
        ("WRITE_POOL_SIZE", "0", "greater than or equal to 1"),
        ("REQUEST_TIMEOUT_SECONDS", "-1", "greater than 0"),
        ("INITIAL_ADMIN_TOKEN", "hunter2", 'must be "pg_" followed by at least 32 random characters'),
        ("INITIAL_ADMIN_TOKEN", "pg_" + "a" * 31, "at least 32"),
        ("INITIAL_ADMIN_TOKEN", "pg_" + "a" * 198, "at most 197"),
        ("INITIAL_ADMIN_TOKEN", "pg_" + "ä" * 40, "ASCII without spaces"),
    ],
)
def test_a_bad_value_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str) -> None:
    monkeypatch.setenv(PREFIX + name, value)
    (fault,) = _faults()
    assert fault.startswith(f"{PREFIX}{name}: ")
    assert told in fault
    assert "\n" not in fault


@pytest.mark.parametrize("address", ["HTTPS://X/{id}", "https://x?{number}", "http://x:1/#" + "a" * 163 + "{id}"])
def test_an_address_of_lists_that_is_taken_fits_its_code_with_the_longest_id(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("PARTSGRAPH_PICK_LIST_URL", address)
    taken = load_settings().pick_list_url
    assert taken == address
    most = 2**63 - 1
    filled = taken.replace("{id}", global_id("PickList", most)).replace("{number}", str(most))
    assert int(segno.make(filled, error="m", micro=False).version) <= 10


def test_every_fault_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTSGRAPH_PORT", "many")
    monkeypatch.setenv("PARTSGRAPH_MAX_COST", "much")
    assert [fault.split(":")[0] for fault in _faults()] == ["PARTSGRAPH_PORT", "PARTSGRAPH_MAX_COST"]


@pytest.mark.parametrize("missing", S3)
def test_the_five_s3_settings_go_together(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for name, value in S3.items():
        if name != missing:
            monkeypatch.setenv(PREFIX + name, value)
    (fault,) = _faults()
    assert fault.startswith(f"{PREFIX}{missing}: missing; the five S3 settings go together")


def test_trusted_documents_only_needs_a_manifest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTSGRAPH_TRUSTED_DOCUMENTS_ONLY", "true")
    assert _faults() == ["PARTSGRAPH_TRUSTED_DOCUMENTS_ONLY: needs PARTSGRAPH_TRUSTED_DOCUMENTS"]


def test_secrets_are_shown_neither_in_faults_nor_in_the_settings_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTSGRAPH_DATABASE_URL", "mysql://user:very-secret@host/name")
    assert "very-secret" not in _faults()[0]
    monkeypatch.setenv("PARTSGRAPH_DATABASE_URL", "postgresql://user:very-secret@host/name")
    for name, value in S3.items():
        monkeypatch.setenv(PREFIX + name, value)
    assert "very-secret" not in repr(load_settings())


def test_a_slip_of_the_pen_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTSGRAPH_PROT", "8000")
    monkeypatch.setenv("PARTSGRAPH_TORTURE_SCALE", "1")
    assert list(misspelt_variables()) == ["PARTSGRAPH_PROT is not a setting; did you mean PARTSGRAPH_PORT?"]


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("::", False)],
)
def test_loopback_addresses_are_known(host: str, is_loopback: bool) -> None:
    assert load_settings(host=host).is_loopback is is_loopback


def test_the_operating_guide_lists_every_setting_with_its_default() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guide" / "operating.md").read_text()
    for setting in documented_settings():
        default = f"`{setting.default}`" if setting.default else ""
        assert f"| `{setting.variable}` | {default} | {setting.description} |" in guide


def test_the_example_file_lists_every_setting_with_its_default() -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text()
    shown = [f"# {each.description}\n#{each.variable}={each.default}\n" for each in documented_settings()]
    assert example.split("\n\n", 1)[1] == "\n".join(shown)


def test_a_field_and_its_variable_share_their_name() -> None:
    assert variable("read_pool_size") == "PARTSGRAPH_READ_POOL_SIZE"


def test_secrets_are_read_from_files_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in (S3 | {"DATABASE_URL": "postgresql://somewhere/a", "PORT": "1"}).items():
        (tmp_path / f"partsgraph_{name.lower()}").write_text(f"{value}\n")
    monkeypatch.setenv("PARTSGRAPH_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("PARTSGRAPH_PORT", "2")
    settings = load_settings()
    assert settings.s3_secret_key is not None
    assert settings.s3_secret_key.get_secret_value() == "very-secret"
    assert (settings.database_url, settings.port) == ("postgresql://somewhere/a", 2)


def test_secrets_that_are_not_there_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PARTSGRAPH_SECRETS_DIR", str(tmp_path / "none"))
    assert _faults() == [f"PARTSGRAPH_SECRETS_DIR: there is no directory {tmp_path / 'none'}"]
    monkeypatch.setenv("PARTSGRAPH_SECRETS_DIR", str(tmp_path))
    (tmp_path / "partsgraph_database_url").write_text("mysql://secret@host/name")
    assert _faults() == ["PARTSGRAPH_DATABASE_URL: must start with postgresql:// or postgres://"]
