"""Settings, voice: how written answers speak, everywhere and about one collection, tried before it is saved."""

import os
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from rag.errors import FootnoteError, TooLarge, UsageError
from rag.prompt import INSTRUCTIONS
from rag.settings import FILE
from rag.settings_file import PREFIX, write_setting
from rag.types import Answer, Question
from rag.voices import MOST
from web.deps import TheForm, ThePages, TheServices, question_text, storable, text
from web.pages import Pages
from web.wiring import Services

PAGE = "/settings/voice"

router = APIRouter()


@router.get(PAGE)
def voice(
    request: Request, services: TheServices, pages: ThePages, collection: str = "", saved: bool = False
) -> HTMLResponse:
    """The general voice, or that of a collection. Raises NotFound."""
    known = storable(collection)
    spoken = _spoken(services, known)
    return _page(request, services, pages, known, spoken, saved=saved)


@router.post(PAGE)
def save(services: TheServices, form: TheForm) -> RedirectResponse:
    """Keep the voice; it is heard from the next answer on. Raises NotFound, TooLarge and SettingsError."""
    known, spoken = text(form, "collection"), _bounded(text(form, "voice"))
    if known:
        services.voices.give(known, spoken)
    else:
        if os.environ.get(f"{PREFIX}VOICE"):
            raise UsageError(
                "FOOTNOTE_VOICE is set in the environment of this server and wins over the file. Change it there."
            )
        write_setting(Path(FILE), "voice", spoken)
        services.voices.general = spoken
    return RedirectResponse(_url(known), status_code=303)


@router.get(f"{PAGE}/preview")
def previewed() -> RedirectResponse:
    """Where somebody comes back to a preview, say after another language was chosen: there is nothing to show again."""
    return RedirectResponse(PAGE, status_code=303)


@router.post(f"{PAGE}/preview")
def preview(request: Request, services: TheServices, pages: ThePages, form: TheForm) -> HTMLResponse:
    """Answer a question once in the voice as it was typed. Nothing is saved, neither voice nor answer."""
    known, spoken = text(form, "collection"), _bounded(text(form, "voice"))
    asked = question_text(text(form, "question"), services.settings.max_question_chars)
    _spoken(services, known)
    answer, trouble = None, ""
    if services.generator is not None:
        try:
            answer = _answered(services, asked, known, spoken)
        except FootnoteError as error:  # the model is busy, say: what was typed must not be lost
            trouble = str(error)
    return _page(request, services, pages, known, spoken, asked=asked, answer=answer, trouble=trouble)


def _answered(services: Services, asked: str, known: str, spoken: str) -> Answer:
    collections = (known,) if known else ()
    answerer = services.answerer_with(
        services.settings.threshold, services.calibration, voice=lambda _: spoken
    )
    return answerer.answer(Question(text=asked, collections=collections))


def _page(
    request: Request,
    services: Services,
    pages: Pages,
    known: str,
    spoken: str,
    *,
    asked: str = "",
    answer: Answer | None = None,
    trouble: str = "",
    saved: bool = False,
) -> HTMLResponse:
    own = services.voices.own()
    return pages.html(
        request,
        "settings_voice.html",
        known=known,
        spoken=spoken,
        shelves=[(each.name, each.name in own) for each in services.store.collections()],
        general=services.voices.general,
        most=MOST,
        limit=services.settings.max_question_chars,
        asked=asked,
        answer=answer,
        trouble=trouble,
        saved=saved,
        told=f"{INSTRUCTIONS}\n{spoken}".strip(),
        by_environment=bool(os.environ.get(f"{PREFIX}VOICE")),
        file=Path(FILE).resolve(),
    )


def _spoken(services: Services, known: str) -> str:
    """The voice that is set; of a collection its own, empty where it has none. Raises NotFound."""
    if not known:
        return services.voices.general
    services.voices.about(known)
    return services.voices.own().get(known, "")


def _bounded(spoken: str) -> str:
    if len(spoken) > MOST:
        raise TooLarge(
            f"The voice has {len(spoken):,} characters and may have {MOST:,}. Say it in fewer words."
        )
    return spoken.replace("\r\n", "\n")


def _url(known: str) -> str:
    return f"{PAGE}?{urlencode({'collection': known, 'saved': 'true'})}"
