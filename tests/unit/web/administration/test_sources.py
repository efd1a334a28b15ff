import html
import subprocess
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ingest.sources.register import Kind, Options
from tests.unit.web.markup import tags, text
from web.administration.sources import cron_line, not_known_to_cron
from web.wiring import Services

PAGE = "/settings/sources"
HOSTILE = "<script>alert(1)</script>"


def command(line: str) -> str:
    """What cron hands to the shell: it takes the backslash from before a %."""
    return line.removeprefix("15 2 * * *  ").replace("\\%", "%")


def test_without_sources_the_page_says_how_to_begin(client: TestClient) -> None:
    page = text(client.get(PAGE).text)
    assert "Nothing is kept in step yet." in page
    assert "footnote source add" in page


def test_each_source_tells_what_came_of_its_last_sync(
    client: TestClient, services: Services, tmp_path: Path
) -> None:
    folder = str(tmp_path / "docs")
    services.register.add("quiet", Kind.FOLDER, f"{folder}/a", "docs", Options())
    good = services.register.add("good", Kind.FOLDER, f"{folder}/b", "docs", Options())
    services.register.record(good, {"added": 3, "unchanged": 2})
    bad = services.register.add("bad", Kind.SITE, "https://docs.example/", "docs", Options())
    failures = [{"source": f"page {n}", "stage": "reading", "reason": HOSTILE} for n in range(103)]
    services.register.record(bad, {"added": 1, "failed": failures, "trouble": HOSTILE})
    page = client.get(PAGE).text
    told = text(page)
    assert "Not synced yet" in told
    assert "3 added, 2 unchanged" in told
    assert "1 added, 103 failed" in told
    assert "103 that failed" in told
    assert "and 3 more" in told
    assert HOSTILE in told
    assert [tag for tag, _ in tags(page)].count("script") == 1


def test_a_source_that_is_being_synced_says_so(
    client: TestClient, services: Services, tmp_path: Path
) -> None:
    source = services.register.add("docs", Kind.FOLDER, str(tmp_path / "docs"), "docs", Options())
    services.register.note(source, {"done": 1, "failed": 0, "total": 3, "rate": None})
    assert "Being synced" in client.get(PAGE).text


def test_the_line_for_cron_is_one_that_a_shell_understands(tmp_path: Path) -> None:
    home = tmp_path / "it's 100% (a) home; echo"
    home.mkdir()
    line = cron_line(home, tmp_path / "none.toml")
    assert line.startswith("15 2 * * *  FOOTNOTE_HOME=")
    assert "\n" not in line
    run = command(line).partition(" >> ")[0].replace("sync --json", "source list --json")
    done = subprocess.run(["sh", "-c", run], capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
    assert (home / "footnote.db").is_file(), "it was that home"


def test_where_a_file_of_settings_is_read_cron_starts_in_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "a b" / "footnote.toml"
    file.parent.mkdir()
    file.write_text("")
    assert f"cd '{file.parent}' && " in command(cron_line(tmp_path, file))


def test_the_page_shows_the_line_as_it_is(client: TestClient, services: Services, folder: Path) -> None:
    line = cron_line(services.settings.home.resolve(), folder / "footnote.toml")
    assert html.escape(line, quote=True) in client.get(PAGE).text.replace("&#39;", "&#x27;")


def test_settings_of_the_environment_are_named_and_their_values_are_not(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_DATABASE_URL", "postgresql+psycopg://me:hunter2@db/x")
    page = client.get(PAGE).text
    assert "FOOTNOTE_DATABASE_URL" in page
    assert "hunter2" not in page
    assert "FOOTNOTE_HOME" not in not_known_to_cron()
