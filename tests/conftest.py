"""What every test may ask for: an environment of its own, and a database of either kind."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

SERVER = "FOOTNOTE_TEST_POSTGRES"  # where PostgreSQL is: a SQLAlchemy URL, or host:port
REQUIRED = "FOOTNOTE_TEST_REQUIRE_POSTGRES"  # set: a missing server fails the tests instead of skipping them
MODELS = "FOOTNOTE_TEST_MODELS"  # a folder of converted models that outlives the run

# A busy machine is no bug: nothing here fails for being slow, short of pytest's own timeout.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("house")


def pytest_configure() -> None:
    """Tests run side by side: one that computes on every core mostly waits for the others."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session", autouse=True)
def own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No setting of the person who runs the tests reaches them, and nothing is written to their home."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("FOOTNOTE_") and not name.startswith("FOOTNOTE_TEST_"):
                patch.delenv(name)
        patch.setenv("FOOTNOTE_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv(
            "FOOTNOTE_READER", "none"
        )  # beside a fake embedder; whole processes have the one they come with
        patch.setenv("FOOTNOTE_MODELS", os.environ.get(MODELS) or str(tmp_path_factory.mktemp("models")))
        yield


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[str]:
    """The URL of a database of this worker alone, dropped after it; skips or fails without a server."""
    server, name = _server(), f"footnote_test_{uuid.uuid4().hex[:12]}"
    _run(server, f"CREATE DATABASE {name}")
    yield server.set(database=name).render_as_string(hide_password=False)
    _run(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The SQLAlchemy URL of an empty database, without tables; the test runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'footnote.db'}"
    url: str = request.getfixturevalue("postgres_database")
    # A transaction that an earlier test left open shows as an error here, not as a hang.
    _run(make_url(url), "SET lock_timeout = '10s'", "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    return url


def _server() -> URL:
    refusals = []
    for url in _candidates():
        try:
            _run(url, "SELECT 1")
        except OperationalError as error:
            refusals.append(f"{url}: {str(error.orig).splitlines()[0]}")
        else:
            return url
    reason = f"no PostgreSQL to test on; {SERVER} says where it is ({'; '.join(refusals)})"
    if os.environ.get(REQUIRED):
        pytest.fail(f"{reason}; {REQUIRED} is set", pytrace=False)
    pytest.skip(reason)


def _candidates() -> list[URL]:
    place = os.environ.get(SERVER) or "127.0.0.1:5432"
    if "://" in place:
        return [make_url(place)]
    return [make_url(f"postgresql+psycopg://{user}@{place}/postgres") for user in ("postgres", "root")]


def _run(url: URL, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
    finally:
        engine.dispose()
