"""`footnote gaps`: what people asked and the documents do not say."""

from typing import Annotated, Any

import typer

from web.commands.common import Home, Json, print_json, reports_errors, services, visible

LIMITLESS = float("inf")  # seconds: a command may take the time that it takes


@reports_errors
def gaps(
    closed: Annotated[bool, typer.Option("--closed", help="Those that are closed, too.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Ask what was left open again, as far as documents have changed since, and list what is still open."""
    from rag.gaps import State
    from web.insight.gap_file import gap_json
    from web.insight.nearest import nearest

    with services(home) as opened:
        left = opened.gaps.look_again(LIMITLESS)
        found = [gap for gap in opened.gaps.all() if closed or gap.state is State.OPEN]
        near = nearest(opened.store, found)
    told = [gap_json(gap, near) for gap in found]
    if as_json:
        print_json({"gaps": told, "looking": left})
        return
    if not told:
        typer.echo("no gaps")
    for each in told:
        typer.echo(visible(_line(each)))


def _line(told: Any) -> str:
    asked = (
        f"{told['asked']:5} ×  {told['state']:9}  {told['last'][:10]}  {' '.join(told['question'].split())}"
    )
    if told["answered_by"]:
        return f"{asked}  (answered by {told['answered_by']['title']})"
    return f"{asked}  (closest: {told['nearest']['title']})" if told["nearest"] else asked
