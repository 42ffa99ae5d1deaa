"""What publication freezes, and what a new version means for data collected with an old one."""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any, Literal

from flask_babel import lazy_gettext as _

from surveys.definition.canonical import ORDER, Aspect, Place, aspect_of, canonical_json, leaves, sha256
from surveys.definition.model import Definition, Item, Option
from surveys.definition.problems import Message, Problem, brief, dotted

ChangeKind = Literal["same", "texts", "scoring", "texts_and_scoring", "major"]


@dataclass(frozen=True, slots=True)
class Frozen:
    """A definition as it is stored for good."""

    canonical: str
    content_hash: str
    """Of all that people saw and were asked."""
    scoring_hash: str
    """Of all that turns answers into scores, levels and flags."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One change between two versions, in words."""

    aspect: Aspect
    place: Place
    message: Message


@dataclass(frozen=True, slots=True)
class VersionChange:
    """What a new version is to an old one, and by which differences.

    `texts`: a minor version, data are pooled. `scoring`: the same questions scored anew.
    `texts_and_scoring`: a minor version whose pooled data are scored anew. `major`: data are
    comparable through anchor items only.
    """

    kind: ChangeKind
    differences: tuple[Difference, ...]


def freeze(definition: Definition) -> Frozen:
    """Canonical text and both hashes. The version's number takes part in neither hash."""
    found = leaves(definition.document)
    aspects = {place: aspect_of(place, definition.languages) for place in found}
    content = [place for place, aspect in aspects.items() if aspect in (Aspect.TEXTS, Aspect.STRUCTURE)]
    scoring = [place for place, aspect in aspects.items() if aspect is Aspect.SCORING or _bears_scores(place)]
    return Frozen(
        canonical=canonical_json(definition.document),
        content_hash=_hash_of(found, content),
        scoring_hash=_hash_of(found, scoring),
    )


def compare(old: Definition, new: Definition) -> VersionChange:
    """How `new` differs from `old`, whole entries added or removed told as one difference."""
    languages = tuple(dict.fromkeys((*old.languages, *new.languages)))
    before, after = leaves(old.document), leaves(new.document)
    parts_before, parts_after = _parts(before), _parts(after)
    grouped: dict[Place, Difference] = {}
    for place in sorted(before.keys() | after.keys()):
        aspect = aspect_of(place, languages)
        if aspect is Aspect.LABEL or (place in before and place in after and before[place] == after[place]):
            continue
        if place not in before:
            difference = _whole_difference(aspect, place, parts_before, _("%(where)s: added."))
        elif place not in after:
            difference = _whole_difference(aspect, place, parts_after, _("%(where)s: removed."))
        else:
            difference = _changed(aspect, place, before[place], after[place])
        known = grouped.get(difference.place)
        if known is None or known.aspect < aspect:
            grouped[difference.place] = difference
    differences = tuple(grouped.values())
    return VersionChange(_kind({difference.aspect for difference in differences}), differences)


def reused_codes(new: Definition, earlier: Iterable[Definition]) -> list[Problem]:
    """Codes of items and options that meant something else in an earlier version.

    Another type or competence, or the text of another code, is an error; a text without a word
    in common is a warning, for only a person can tell whether it asks the same.
    """
    found: dict[tuple[str, str], Problem] = {}
    for old in earlier:
        for problem in _reused_in(new, old):
            found.setdefault((problem.path, problem.code), problem)
    return list(found.values())


def _bears_scores(place: Place) -> bool:
    """Structure that scoring reads: what scales are made of, types, the options there are."""
    if place[0] == "scales":
        return place[2:3] != ("title",)
    return place[0] == "items" and (place[-1] == ORDER or place[2:] in (("type",), ("answer_scale",)))


def _hash_of(found: Mapping[Place, Any], places: Iterable[Place]) -> str:
    return sha256([[list(place), found[place]] for place in sorted(places)])


def _kind(aspects: set[Aspect]) -> ChangeKind:
    if Aspect.STRUCTURE in aspects:
        return "major"
    if aspects == {Aspect.TEXTS, Aspect.SCORING}:
        return "texts_and_scoring"
    if aspects:
        return "texts" if Aspect.TEXTS in aspects else "scoring"
    return "same"


def _changed(aspect: Aspect, place: Place, old: Any, new: Any) -> Difference:
    if place[-1] == ORDER:
        sentence = _("%(where)s: the entries or their order changed.")
        return Difference(aspect, place, Message(sentence, {"where": _words(place)}))
    values = {"where": _words(place), "old": _value_in_words(old), "new": _value_in_words(new)}
    return Difference(aspect, place, Message(_("%(where)s: “%(old)s” became “%(new)s”."), values))


def _whole_difference(aspect: Aspect, place: Place, other: Set[Place], sentence: Any) -> Difference:
    """The difference of the largest part around `place` of which the other version has nothing."""
    absent = (place[:length] for length in range(1, len(place)) if place[:length] not in other)
    whole = next(absent, place)
    return Difference(aspect, whole, Message(sentence, {"where": _words(whole)}))


def _parts(found: Iterable[Place]) -> Set[Place]:
    """Every part of a document that has leaves."""
    return {place[:length] for place in found for length in range(1, len(place) + 1)}


def _value_in_words(value: Any) -> str:
    return brief(", ".join(map(str, value)) if isinstance(value, list) else value)


def _words(place: Place) -> str:
    return " › ".join(step for step in place if not step.startswith("#"))


def _reused_in(new: Definition, old: Definition) -> Iterator[Problem]:
    texts = {str(item.text): item.code for item in old.items}
    for place, item in enumerate(new.items):
        if not old.has_item(item.code):
            continue
        before = old.item(item.code)
        path = ("items", place)
        if (before.type, before.competence) != (item.type, item.competence):
            sentence = _("The code “%(code)s” belonged to another question; give this one a new code.")
            yield _problem("error", path, "reused_item_code", sentence, item.code)
        else:
            yield from _reused_text(item.code, str(before.text), str(item.text), texts, path)
        yield from _reused_options(item, before, path)


def _reused_options(item: Item, before: Item, path: tuple[str | int, ...]) -> Iterator[Problem]:
    for side in ("options", "left", "right"):
        old: dict[str, Option] = {option.code: option for option in getattr(before, side)}
        texts = {str(option.text): option.code for option in old.values()}
        for place, option in enumerate(getattr(item, side)):
            if option.code in old:
                was = str(old[option.code].text)
                yield from _reused_text(option.code, was, str(option.text), texts, (*path, side, place))


def _reused_text(
    code: str, before: str, now: str, texts: Mapping[str, str], path: tuple[str | int, ...]
) -> Iterator[Problem]:
    if now == before:
        return
    if texts.get(now, code) != code:
        sentence = _("The code “%(code)s” now stands for what had another code before.")
        yield _problem("error", path, "swapped_codes", sentence, code)
    elif not _words_of(before) & _words_of(now):
        sentence = _(
            "The text of “%(code)s” has nothing in common with the earlier one. Is it the same question?"
        )
        yield _problem("warning", path, "unlike_text", sentence, code)


def _words_of(text: str) -> set[str]:
    return {word.strip(".,;:!?«»“”()").casefold() for word in text.split()}


def _problem(
    severity: Literal["error", "warning"], path: tuple[str | int, ...], kind: str, sentence: Any, code: str
) -> Problem:
    return Problem(severity, 0, dotted(path), kind, Message(sentence, {"code": code}))
