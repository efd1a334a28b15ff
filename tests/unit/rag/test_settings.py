from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.found import Use
from rag.settings import BUNDLED_READER, Settings, load
from rag.settings_file import write_setting


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder and an environment that says nothing."""
    for name in ("FOOTNOTE_HOME", "FOOTNOTE_MODELS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, text: str) -> None:
    (folder / "footnote.toml").write_text(text, encoding="utf-8")


def test_without_file_and_environment_the_defaults_hold(folder: Path) -> None:
    assert (load().port, load().host, load().generator) == (8000, "127.0.0.1", "auto")


def test_the_home_decides_where_everything_lies(folder: Path) -> None:
    found = load(home=Path("/somewhere"))
    assert found.url == "sqlite:////somewhere/footnote.db"
    assert {found.originals.parent, found.caches.parent, found.model_folder.parent} == {Path("/somewhere")}


def test_an_argument_wins_over_the_environment_and_that_over_the_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, "port = 1\nthreads = 1\nsearch_depth = 11\n")
    monkeypatch.setenv("FOOTNOTE_PORT", "2")
    monkeypatch.setenv("FOOTNOTE_THREADS", "2")
    found = load(port=3)
    assert (found.port, found.threads, found.search_depth) == (3, 2, 11)


def test_an_argument_that_was_not_given_hides_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PORT", "2")
    assert load(port=None).port == 2


def test_an_empty_variable_counts_as_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "port = 1\n")
    monkeypatch.setenv("FOOTNOTE_PORT", "")
    assert load().port == 1


def test_a_tilde_in_the_file_is_the_persons_own_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/people/ada")
    write(folder, 'home = "~/library"\nmodels = "~/models"\n')
    assert (load().home, load().models) == (Path("/people/ada/library"), Path("/people/ada/models"))


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        ("FOOTNOTE_HOEM", "FOOTNOTE_HOME"),
        ("FOOTNOTE_MAX_UPLOAD_M", "FOOTNOTE_MAX_UPLOAD_MB"),
        ("FOOTNOTE_DATABASE", "FOOTNOTE_DATABASE_URL"),
        ("FOOTNOTE_EMBEDDING", "FOOTNOTE_EMBEDDER"),
    ],
)
def test_an_unknown_variable_is_refused_with_the_nearest_name(
    wrong: str, nearest: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(wrong, "x")
    with pytest.raises(SettingsError, match=f"no setting {wrong}. The nearest is {nearest};"):
        load()


@pytest.mark.parametrize("line", ["prot = 1", "[server]\nport = 1"])
def test_an_unknown_line_of_the_file_is_refused(line: str, folder: Path) -> None:
    write(folder, line)
    with pytest.raises(SettingsError, match="The nearest is FOOTNOTE_"):
        load()


def test_what_the_tests_are_told_is_no_setting(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_TEST_ANYTHING", "x")
    load()


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("port = 99999", "FOOTNOTE_PORT cannot be 99999"),
        ('port = "high"', "FOOTNOTE_PORT cannot be 'high'"),
        ("threshold = 2", "FOOTNOTE_THRESHOLD cannot be 2"),
        ('device = "tpu"', "FOOTNOTE_DEVICE cannot be 'tpu'"),
        ("home = 3", "FOOTNOTE_HOME cannot be 3"),
        ("chunk_tokens = 0", "FOOTNOTE_CHUNK_TOKENS cannot be 0"),
        (
            'reader_for = "order, tea"',
            "FOOTNOTE_READER_FOR cannot be 'order, tea': .*tea is none of order, words",
        ),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_name(line: str, complaint: str, folder: Path) -> None:
    write(folder, line)
    with pytest.raises(SettingsError, match=complaint):
        load()


@pytest.mark.parametrize(
    "line", ["generator_key = 4711", "database_url = 4711", 'generator = "http://me:4711@host/v1"']
)
def test_a_secret_that_makes_no_sense_is_not_repeated(line: str, folder: Path) -> None:
    write(folder, line)
    with pytest.raises(SettingsError, match="cannot be what it is: ") as refused:
        load()
    assert "4711" not in str(refused.value)


@pytest.mark.parametrize("content", [b"port = ", b'home = "\xff"'])
def test_a_file_that_cannot_be_read_says_so(content: bytes, folder: Path) -> None:
    (folder / "footnote.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"footnote\.toml cannot be read"):
        load()


def test_a_reader_is_none_the_bundled_one_or_in_a_folder(folder: Path) -> None:
    assert load().reader_folder is None
    assert load(reader="bundled").reader_folder == BUNDLED_READER
    assert load(reader="~/reader").reader_folder == Path.home() / "reader"


def test_a_reader_is_used_for_what_is_listed(folder: Path) -> None:
    assert load().uses == frozenset(Use)
    assert load(reader_for="order, words").uses == {Use.ORDER, Use.WORDS}
    assert load(reader_for="").uses == frozenset()


def test_settings_do_not_change_once_they_are_read(folder: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        load().port = 1


def test_every_setting_says_what_it_means() -> None:
    assert all((field.description or "").endswith(".") for field in Settings.model_fields.values())


def test_one_line_of_the_file_is_set_and_all_others_stay(folder: Path) -> None:
    write(folder, '# ours\nport = 1  # why\ngenerator = "quotes"\n\nvoice = """\ngenerator = \\"x\\"\n"""\n')
    write_setting(folder / "footnote.toml", "generator", "bundled")
    text = (folder / "footnote.toml").read_text()
    assert text.startswith('# ours\nport = 1  # why\ngenerator = "bundled"\n\nvoice = """\n')
    assert (load().generator, load().port, load().voice) == ("bundled", 1, 'generator = "x"\n')


def test_a_line_is_added_where_there_is_none_and_a_file_too(folder: Path) -> None:
    file = folder / "footnote.toml"
    write_setting(file, "generator", "quotes")
    write_setting(file, "voice", 'Say "we".')
    assert file.read_text() == 'generator = "quotes"\nvoice = "Say \\"we\\"."\n'


def test_who_may_read_the_file_stays_the_same(folder: Path) -> None:
    write(folder, 'generator_key = "secret"\n')
    (folder / "footnote.toml").chmod(0o600)
    write_setting(folder / "footnote.toml", "generator", "quotes")
    assert (folder / "footnote.toml").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == ["footnote.toml"]


@pytest.mark.parametrize(
    "text", ['voice = """\ngenerator = 1\n"""\n', "[table]\nport = 1\n", "generator = [\n1]\n"]
)
def test_a_file_that_cannot_be_changed_safely_is_left_as_it_is(folder: Path, text: str) -> None:
    write(folder, text)
    with pytest.raises(SettingsError, match='Write this line into it yourself: generator = "quotes"'):
        write_setting(folder / "footnote.toml", "generator", "quotes")
    assert (folder / "footnote.toml").read_text() == text
