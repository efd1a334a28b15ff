"""A whole site, from link to link."""

from collections import deque
from collections.abc import Iterator

from ingest.sources.fetching.url import parse
from ingest.sources.register import Options
from ingest.sources.web.gather import Gathering
from ingest.sources.web.page import Seen

_QUEUE = 20  # addresses remembered for each page that may be fetched
_TRAP = "The site leads to more and more addresses without end. Leave the paths out that make them up."


def crawl(start: str, gathering: Gathering, options: Options) -> Iterator[Seen]:
    """The start page and what it leads to on its own host, breadth first, ``options.depth`` links away at most.

    Raises:
        Refused: the start is no web address.
    """
    first = parse(start)
    gathering.site = first.site
    waiting, seen = deque([(str(first), 0)]), {str(first)}
    while waiting and not gathering.full():
        url, depth = waiting.popleft()
        to = yield from gathering.take(url)
        if depth == options.depth:
            continue
        new = [below for below in to if below not in seen and gathering.within(below)]
        if len(seen) + len(new) > _QUEUE * options.max_pages:
            gathering.trouble = gathering.trouble or _TRAP
            continue
        seen.update(new)
        waiting += [(below, depth + 1) for below in new]
