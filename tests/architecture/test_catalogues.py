"""Every sentence of the site has its Russian, and one meaning: the catalogues merge into one at run time."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "shell": "app",
    "surveys": "surveys",
    "seminars": "seminars",
    "programme": "programme",
    "reports": "reports",
}
KEYWORDS = {**DEFAULT_KEYWORDS, **parse_keywords(["lazy_gettext", "ngettext:1,2", "pgettext:1c,2"])}
PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])|\{(\w*)\}")

Key = tuple[str | None, str]
"""Context and (singular) msgid."""


def words(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (message.id,)


def forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def key(message: Message) -> Key:
    return message.context, words(message)[0]


@cache
def translated(domain: str) -> Catalog:
    with (ROOT / "translations" / "ru" / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        return read_po(file, locale="ru", domain=domain)


@cache
def used(domain: str) -> dict[tuple[str | None, tuple[str, ...]], str]:
    """Context and msgids of every sentence in the sources of a package -> where it stands."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT / PACKAGES[domain], methods, options, keywords=KEYWORDS)
    return {
        (context, msgid if isinstance(msgid, tuple) else (msgid,)): f"{PACKAGES[domain]}/{path}:{line}"
        for path, line, msgid, _comments, context in found
    }


def messages(domain: str) -> Iterator[Message]:
    return (message for message in translated(domain) if message.id)


@pytest.fixture(params=PACKAGES)
def domain(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_sentence_of_the_sources_is_in_the_catalogue(domain: str):
    known = {(message.context, words(message)) for message in messages(domain)}
    missing = {sentence[1][0]: place for sentence, place in used(domain).items() if sentence not in known}

    assert missing == {}, f"run `make messages DOMAIN={domain}` and fill in the Russian of {domain}.po"


def test_the_catalogue_holds_nothing_else(domain: str):
    unused = [words(m)[0] for m in messages(domain) if (m.context, words(m)) not in used(domain)]

    assert unused == [], f"run `make messages DOMAIN={domain}`"


def test_every_sentence_has_its_russian(domain: str):
    empty = [words(m)[0] for m in messages(domain) if not all(form.strip() for form in forms(m))]
    fuzzy = [words(m)[0] for m in messages(domain) if m.fuzzy]
    short = [
        words(m)[0]
        for m in messages(domain)
        if m.pluralizable and len(forms(m)) != translated(domain).num_plurals
    ]

    assert empty == [], f"fill in the Russian of {domain}.po"
    assert fuzzy == [], f"look over and unmark in {domain}.po"
    assert short == [], "one, few, many"


def test_placeholders_are_those_of_the_sentence(domain: str):
    """A singular form may say «один» instead of a number; nothing else may be lost or invented."""
    wrong = {}
    for message in messages(domain):
        given = set(PLACEHOLDER.findall(" ".join(words(message))))
        for form in filter(None, forms(message)):
            used_here = set(PLACEHOLDER.findall(form))
            lost = given - used_here - ({("num", "d", "")} if message.pluralizable else set())
            if lost or used_here - given:
                wrong[words(message)[0]] = form

    assert wrong == {}


def test_equal_sentences_have_equal_russian():
    """All catalogues are one namespace, in which one overwrites the other: a context tells meanings apart."""
    meanings: defaultdict[Key, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for domain in PACKAGES:
        for message in messages(domain):
            if all(forms(message)):  # what is empty is told above
                meanings[key(message)][domain] = forms(message)
    clashes = {sentence: found for sentence, found in meanings.items() if len(set(found.values())) > 1}

    assert clashes == {}, "give one of them a context (pgettext), or say the same"


def test_a_plural_and_a_single_sentence_are_told_apart():
    """In one namespace «%(num)d person» with and without a plural would overwrite each other."""
    kinds: defaultdict[Key, set[bool]] = defaultdict(set)
    for domain in PACKAGES:
        for message in messages(domain):
            kinds[key(message)].add(message.pluralizable)

    assert [sentence for sentence, found in kinds.items() if len(found) > 1] == []
