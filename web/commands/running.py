"""`footnote serve`, `work` and `doctor`: keep it running, and see that all is well."""

import signal
import socket
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import AlreadyRunning, SettingsError
from web.commands.common import Home, Json, print_json, reports_errors, say, services, visible

if TYPE_CHECKING:
    from ingest.pipeline import Result

LOOPBACK = ("127.0.0.1", "::1", "localhost")
GRACE = 5  # seconds that open answers get to end


@reports_errors
def serve(
    host: Annotated[str | None, typer.Option(help="Loopback address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = None,
    home: Home = None,
) -> None:
    """Serve the chat in the browser, and read uploads, until interrupted."""
    import uvicorn

    from web.app import create_app

    with services(home, logs=True, host=host, port=port) as opened:
        opened.preload()
        opened.stand_in()
        opened.warm()
        listener = _listen(opened.settings.host, opened.settings.port)
        config = uvicorn.Config(
            create_app(opened),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE,
        )
        shown, bound = listener.getsockname()[:2]
        say(f"Footnote is at http://{f'[{shown}]' if ':' in shown else shown}:{bound} (stop it with Ctrl-C)")
        uvicorn.Server(config).run(sockets=[listener])


@reports_errors
def work(home: Home = None, as_json: Json = False) -> None:
    """Read what waits in the queue, beside the server or on another machine, until interrupted."""
    with services(
        home, warm=True, logs=True, generator="quotes"
    ) as opened:  # it reads, and writes no answers
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: opened.worker.stop(0))
        say("Waiting for documents (stop it with Ctrl-C)")
        opened.worker.run(_print_result if as_json else _say_result)


@reports_errors
def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Rebuild the indexes and sweep up first.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Check that everything which must hold does hold."""
    with services(home) as opened:
        if repair:
            opened.doctor.repair()
        findings = opened.doctor.examine()
        totals = opened.store.totals()
    sound = not any(finding.problems for finding in findings)
    if as_json:
        checks = {finding.check: list(finding.problems) for finding in findings}
        print_json({"ok": sound, "checks": checks, "totals": totals})
    else:
        for finding in findings:
            typer.echo(f"{'WRONG' if finding.problems else 'ok':5}  {finding.check}")
            for problem in finding.problems:
                typer.echo(visible(f"       {problem}"))
        typer.echo(", ".join(f"{count} {name}" for name, count in totals.items()))
    raise typer.Exit(0 if sound else 1)


def _listen(host: str, port: int) -> socket.socket:
    """A socket that only this machine can reach. Raises SettingsError and AlreadyRunning."""
    if host not in LOOPBACK:
        raise SettingsError(
            f"Footnote has no accounts yet, so it listens on this machine only: FOOTNOTE_HOST cannot be {host!r}. "
            "Use 127.0.0.1."
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named so that asyncio turns Nagle's delay off, which would cost 40 ms a request.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise AlreadyRunning(
            f"Port {port} is taken, perhaps by another Footnote. Stop that one, or choose another with --port."
        ) from None
    return listener


def _print_result(result: "Result") -> None:
    """A line of JSON; ``again`` says that what failed will be tried once more."""
    failure = result.failure
    print_json(
        {
            "source": result.job.source,
            "document_id": result.job.document_id,
            "outcome": "failed" if failure else "ready",
            "stage": failure.stage if failure else "",
            "reason": failure.reason if failure else "",
            "again": result.again,
            "pages": result.pages,
            "chunks": result.chunks,
        }
    )


def _say_result(result: "Result") -> None:
    if result.failure is None:
        say(visible(f"ready: {result.job.source} ({result.pages} pages, {result.chunks} chunks)"))
    else:
        say(visible(f"failed: {result.job.source} ({result.failure.stage}): {result.failure.reason}"))
