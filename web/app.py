"""The web application: its routes, the walls in the order a request meets them, and one worker inside."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.middleware import Middleware

from ingest.picture import Pictures
from web import api, documents, health, problems, source, speak
from web.administration import routes as administration
from web.administration.desk import Desk
from web.admission import Admission
from web.assets import assets
from web.bodies import Bodies
from web.chat import routes as chat
from web.chat.suggested import Suggested
from web.chat.under_way import UnderWay
from web.csrf import Csrf
from web.idempotency import Replies
from web.insight import routes as insight
from web.linger import Linger
from web.pages import STATIC, Pages
from web.security import (
    LOOPBACK,
    Gate,
    SecurityHeaders,
    no_plain_form_to_api,
    own_host,
    own_origin,
)
from web.wiring import Services

STOP_SECONDS = 10.0  # the worker's time to finish what it is doing


def create_app(services: Services, *, hosts: Collection[str] = LOOPBACK, work: bool = True) -> FastAPI:
    """The application, answering under these host names; `work`: with a worker of its own.

    The services stay the caller's to close, after the application has stopped.
    """
    app = FastAPI(
        title="Footnote",
        summary="Answers from an organisation's own documents, every sentence with a footnote.",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(services, work),
        middleware=_walls(services, hosts),
    )
    app.state.services = services
    app.state.pages = Pages(Csrf())
    app.state.replies = Replies(services.clock)
    app.state.under_way = UnderWay(services.clock)
    app.state.suggested = Suggested(services)
    app.state.desk = Desk(services.clock)
    app.state.pictures = Pictures(services.parser.picture)
    problems.install(app)
    for routes in (chat, documents, source, speak, administration, insight, api, health):
        app.include_router(routes.router)
    app.mount("/static", assets(STATIC), name="static")
    return app


def _walls(services: Services, hosts: Collection[str]) -> list[Middleware]:
    """Outermost first."""
    return [
        Middleware(SecurityHeaders),
        Middleware(Linger),
        Middleware(problems.Unforeseen),
        Middleware(Gate, own_host(hosts), own_origin, no_plain_form_to_api),
        Middleware(Admission, services),
        Middleware(Bodies, services.settings),
    ]


def _lifespan(services: Services, work: bool) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(services.warm)
        if work:
            services.worker.start()
        yield
        await run_in_threadpool(app.state.under_way.close, STOP_SECONDS)
        if work:
            await run_in_threadpool(services.worker.stop, STOP_SECONDS)

    return lifespan
