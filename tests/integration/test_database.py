"""The database's own words, and its tables made by one migrator at a time."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update

import rag.talk_tables  # noqa: F401 its tables belong to the metadata
from migrations.run import HEAD, ensure
from rag.database import Database
from rag.errors import RetryableError, SettingsError, StorageError, UsageError, WrongSchema
from rag.tables import collections, counter, metadata
from tests.factories import migrated
from tests.integration.test_jobs import together


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url)) as made:
        yield made


def names(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.execute(select(collections.c.name)).scalars())


def add(database: Database, name: str) -> None:
    with database.writing() as connection:
        connection.execute(insert(collections).values(name=name))


def test_what_was_written_is_there_and_what_broke_off_is_not(database: Database) -> None:
    ensure(database)
    add(database, "kept")

    def break_off() -> None:
        with database.writing() as connection:
            connection.execute(insert(collections).values(name="lost"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert names(database) == ["kept"]


def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(database: Database) -> None:
    ensure(database)
    with database.reading() as connection:
        before = list(connection.execute(select(collections.c.name)))
        add(database, "later")
        assert list(connection.execute(select(collections.c.name))) == before == []
    assert names(database) == ["later"]


def test_many_writers_at_once_wait_for_each_other(database: Database) -> None:
    ensure(database)

    def raise_counter() -> bool:
        with database.writing() as connection:
            seq = connection.execute(select(counter.c.seq).with_for_update()).scalar_one()
            connection.execute(update(counter).values(seq=seq + 1))
        return True

    assert together([raise_counter] * 12) == [True] * 12
    with database.reading() as connection:
        assert connection.execute(select(counter.c.seq)).scalar_one() == 12


@pytest.mark.parametrize("name", ["a\ud800b"])
def test_what_cannot_be_stored_is_refused_in_words(database: Database, name: str) -> None:
    ensure(database)
    with pytest.raises(UsageError, match="No database can hold this"):
        add(database, name)


def test_nul_is_refused_or_kept_and_never_a_crash(database: Database) -> None:
    ensure(database)
    try:
        add(database, "a\x00b")
    except UsageError:
        assert names(database) == []
    else:
        assert names(database) == ["a\x00b"]


def test_a_database_without_tables_says_so(database: Database) -> None:
    with pytest.raises(StorageError, match="no tables yet"):
        names(database)


@pytest.mark.parametrize("url", ["", "footnote.db", "mysql://host/x", "postgresql://host:port/x", "://"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="FOOTNOTE_DATABASE_URL must begin with"):
        Database(url)


def test_a_server_that_is_not_there_is_an_error_that_may_pass() -> None:
    with closing(Database("postgresql://nobody@127.0.0.1:1/x")) as database:
        with pytest.raises(RetryableError, match="did not answer") as caught:
            names(database)
        assert "127.0.0.1" not in str(caught.value)


@pytest.mark.postgres
def test_a_server_without_the_database_says_which_setting_names_it(postgres_database: str) -> None:
    with (
        closing(Database(f"{postgres_database}_not")) as database,
        pytest.raises(SettingsError, match="FOOTNOTE_DATABASE_URL names does not exist"),
    ):
        names(database)


@pytest.mark.postgres
def test_a_server_that_cuts_the_connection_harms_one_call_only(postgres_database: str) -> None:
    with closing(migrated(postgres_database)) as database:

        def cut_off() -> None:
            with database.reading() as connection:
                connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

        with pytest.raises(RetryableError):
            cut_off()
        names(database)


@pytest.mark.parametrize("harm", ["rubbish", "torn"])
def test_a_damaged_file_is_named_and_left_as_it_is(tmp_path: Path, harm: str) -> None:
    path = tmp_path / "footnote.db"
    with closing(migrated(f"sqlite:///{path}")) as database:
        for n in range(500):
            add(database, f"{n:0200}")
    data = b"no database at all" * 500 if harm == "rubbish" else path.read_bytes()[:20000]
    path.write_bytes(data)

    def read() -> None:
        with closing(Database(f"sqlite:///{path}")) as database:
            ensure(database)
            names(database)

    with pytest.raises(StorageError, match="damaged"):
        read()
    assert path.read_bytes() == data


def test_a_home_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="home folder cannot be made") as caught:
        Database(f"sqlite:///{tmp_path}/file/footnote.db")
    assert str(tmp_path) not in str(caught.value)


def test_a_folder_in_place_of_the_database_says_so(tmp_path: Path) -> None:
    with (
        closing(Database(f"sqlite:///{tmp_path}")) as database,
        pytest.raises(StorageError, match="cannot be opened"),
    ):
        names(database)


def test_the_home_is_its_owners_alone(tmp_path: Path) -> None:
    with closing(migrated(f"sqlite:///{tmp_path}/home/footnote.db")):
        assert (tmp_path / "home").stat().st_mode & 0o077 == 0


def test_migrating_makes_the_tables_that_the_code_knows(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    ensure(database)
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    ensure(database)
    with database.reading() as connection:
        before = connection.execute(select(counter.c.store_id)).scalar_one()
    ensure(database)
    with database.reading() as connection:
        assert connection.execute(select(counter.c.store_id)).scalar_one() == before


def test_a_new_database_waits_for_another_that_writes_to_it(tmp_path: Path) -> None:
    file = tmp_path / "footnote.db"
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")  # as a process that makes the file, before it is in WAL mode
        later = threading.Timer(0.3, other.execute, ("ROLLBACK",))
        later.start()
        with closing(Database(f"sqlite:///{file}")) as database, database.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        later.join()


def test_many_migrators_at_once_make_one_set_of_tables(database_url: str) -> None:
    def migrate() -> str:
        with closing(migrated(database_url)) as database, database.reading() as connection:
            return str(connection.execute(select(counter.c.store_id)).scalar_one())

    given = together([migrate] * 4)
    assert len(given) == 4
    assert len(set(given)) == 1


MIGRATE = "import sys; from tests.factories import migrated; migrated(sys.argv[1]).close()"


def test_processes_that_migrate_at_once_take_turns(database_url: str) -> None:
    root = Path(__file__).resolve().parents[2]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", MIGRATE, database_url], cwd=root, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for each in started:
        _, errors = each.communicate(timeout=120)
        assert each.returncode == 0, errors


def test_a_database_of_a_newer_version_is_refused_and_left_alone(database: Database) -> None:
    ensure(database)
    newer = f"{int(HEAD) + 1:04}"
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :newer"), {"newer": newer})
    with pytest.raises(WrongSchema, match=f"newer Footnote .its tables are at {newer}"):
        ensure(database)
    assert names(database) == []
