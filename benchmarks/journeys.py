"""What one respondent does with a personal link; each journey runs in a client's process."""

import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from itertools import chain
from multiprocessing import get_context
from urllib.parse import urlsplit

from benchmarks.browser import Browser, Reply, UnexpectedReply

CLIENT_PROCESSES = 2
N_OPTIONS = 5

Pages = Sequence[Sequence[str]]
Journey = Callable[[Pages, str], float]


def one_page(pages: Pages, link: str) -> float:
    """Open, answer everything, send, see the receipt; the seconds it took."""
    started = time.monotonic()
    browser = _browser(link)
    shown = browser.get(link)
    fields = shown.hidden_fields() | {f"i.{code}": _answer(code) for code in chain(*pages)}
    _check_receipt(browser.post(f"{link}/submit", fields))
    browser.close()
    return time.monotonic() - started


def paged(pages: Pages, link: str) -> float:
    """Page after page with an autosave for each answer, then the last screen, sending, the receipt."""
    started = time.monotonic()
    browser = _browser(link)
    shown = browser.get(link)
    sequence = 0
    for codes in pages:
        fields = shown.hidden_fields()
        page = fields["page"]
        revision = int(fields["base_revision"])
        fields["client"] = "benchmark"
        for code in codes:
            sequence += 1
            revision = _autosave(browser, link, sequence, revision, code)
        fields |= {f"i.{code}": _answer(code) for code in codes}
        shown = browser.post(f"{link}/p/{page}", fields | {"go": "next"})
    _check_receipt(browser.post(f"{link}/submit", shown.hidden_fields()))
    browser.close()
    return time.monotonic() - started


def autosaves_alone(pages: Pages, link: str) -> float:
    """Autosaves without opening a page: nothing else is in what they cost."""
    started = time.monotonic()
    browser = _browser(link)
    revision = 0
    for sequence, code in enumerate(chain(*pages), start=1):
        revision = _autosave(browser, link, sequence, revision, code)
    browser.close()
    return time.monotonic() - started


def at_once(journey: Journey, pages: Pages, links: Sequence[str], respondents: int) -> list[float]:
    """Make the journey by every link, so many at a time, from processes of their own; the seconds of each."""
    n_processes = min(respondents, CLIENT_PROCESSES)
    shares = [links[start::n_processes] for start in range(n_processes)]
    with ProcessPoolExecutor(n_processes, mp_context=get_context("spawn")) as clients:
        walk = partial(_walk, journey, pages, respondents // n_processes)
        return list(chain.from_iterable(clients.map(walk, shares)))


def _walk(journey: Journey, pages: Pages, threads: int, links: Sequence[str]) -> list[float]:
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(partial(journey, pages), links))


def _browser(link: str) -> Browser:
    return Browser(urlsplit(link).port or 80)


def _autosave(browser: Browser, link: str, sequence: int, revision: int, code: str) -> int:
    """Save one answer as the page's script does; the revision to name next."""
    changes = {code: {"v": _answer(code)}}
    message = {"client": "benchmark", "seq": sequence, "base_revision": revision, "changes": changes}
    return int(json.loads(browser.patch(f"{link}/answers", message).body)["revision"])


def _answer(code: str) -> str:
    return str(1 + sum(code.encode()) % N_OPTIONS)


def _check_receipt(shown: Reply) -> None:
    if "data-receipt" not in shown.body:
        raise UnexpectedReply(f"no receipt: {shown.body[:2000]}")
