"""Test-wise cues: what lets a person guess the key of a task without knowing anything.

All remarks are warnings. Judged are the texts in the primary language.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from flask_babel import lazy_gettext as _

from surveys.definition.model import Definition, Item, Option
from surveys.definition.problems import Path, Report

LONGER_BY = 1.15
"""A key this many times as long as the longest other option catches the eye."""
SHORTER_BY = 0.5
"""An option of less than this share of the others' median length looks like a stopgap."""
SHORT_ANYWAY = 20
"""Shorter options are words or numbers, whose lengths tell nothing."""
FEWEST_FOR_SUMMARY = 4
FEWEST_FOR_LETTERS = 3
ECHO_LETTERS = 6

_ABSOLUTE = re.compile(
    r"\b(всегда|никогда|только|исключительно|любой ценой|ни в коем случае|always|never|only)\b", re.IGNORECASE
)
_ALL_OR_NONE = re.compile(
    r"\b(вс[её] (вышеперечисленн|перечисленн|названн)\w*|все (ответы|варианты) (верны|правильны)\w*"
    r"|нет (верного|правильного) (ответа|варианта)|ничего из (вышеперечисленного|перечисленного)"
    r"|(all|none) of the above)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_INFINITIVE = re.compile(r"(ть|ти|чь)(ся|сь)?$")


@dataclass(frozen=True, slots=True)
class Choice:
    """A task of choosing, its options split by whether they earn the most."""

    path: Path
    item: Item
    keys: tuple[int, ...]
    """Positions of the best options."""

    @property
    def lengths(self) -> list[int]:
        return [len(_written(option)) for option in self.item.options]

    @property
    def others(self) -> list[int]:
        return [place for place in range(len(self.item.options)) if place not in self.keys]

    @property
    def has_longest_key(self) -> bool:
        """Every best option is longer than every other."""
        lengths = self.lengths
        return min(lengths[place] for place in self.keys) > max(lengths[place] for place in self.others)


def find_cues(definition: Definition, report: Report) -> None:
    """Warn of every cue, by item, then of those the whole instrument shows."""
    choices = [
        choice
        for place, item in enumerate(definition.items)
        if (choice := _choice(("items", place), item)) is not None
    ]
    for choice in choices:
        _warn_of_lengths(choice, report)
        _warn_of_words(choice, report)
        _warn_of_grammar(choice, report)
    _warn_of_longest_keys(choices, report)
    _warn_of_letters(choices, report)


def _choice(path: Path, item: Item) -> Choice | None:
    """The item as a choice among options of different worth, else None."""
    if item.type == "multiple":
        keys = [place for place, option in enumerate(item.options) if option.is_correct]
    else:
        points = [option.points for option in item.options if option.points is not None]
        if not points or len(points) < len(item.options):
            return None
        keys = [place for place, worth in enumerate(points) if worth == max(points)]
    if not keys or len(keys) == len(item.options):
        return None
    return Choice(path, item, tuple(keys))


def _written(option: Option) -> str:
    return str(option.text)


def _warn_of_lengths(choice: Choice, report: Report) -> None:
    lengths = choice.lengths
    if choice.has_longest_key:
        key = min(lengths[place] for place in choice.keys)
        longest = max(lengths[place] for place in choice.others)
        if key >= SHORT_ANYWAY and key >= longest * LONGER_BY:
            sentence = _(
                "The right answer is clearly the longest: %(key)s characters, others at most %(other)s."
            )
            report.warning(choice.path, "key_longest", sentence, key=key, other=longest)
    for place in choice.others:
        usual = median(length for other, length in enumerate(lengths) if other != place)
        if usual >= SHORT_ANYWAY and lengths[place] < usual * SHORTER_BY:
            sentence = _("Option “%(code)s” is much shorter than the others and looks like a stopgap.")
            path = (*choice.path, "options", place)
            report.warning(path, "short_option", sentence, code=choice.item.options[place].code)


def _warn_of_words(choice: Choice, report: Report) -> None:
    for place, option in enumerate(choice.item.options):
        path = (*choice.path, "options", place)
        sweeping = _ALL_OR_NONE.search(_written(option))
        absolute = _ABSOLUTE.search(_written(option))
        if sweeping:
            sentence = _("“%(word)s” gives the answer away or cannot be scored fairly.")
            report.warning(path, "all_of_the_above", sentence, word=sweeping.group())
        elif absolute and place not in choice.keys:
            sentence = _("The word “%(word)s” marks the option as wrong.")
            report.warning(path, "absolute_word", sentence, word=absolute.group())


def _warn_of_grammar(choice: Choice, report: Report) -> None:
    """A single key that alone echoes a word of the question, or alone has another form."""
    if len(choice.keys) != 1:
        return
    (key,) = choice.keys
    stems = [_stems(_written(option)) for option in choice.item.options]
    elsewhere = set().union(*(stems[place] for place in choice.others))
    echoed = sorted((_stems(str(choice.item.text)) & stems[key]) - elsewhere)
    if echoed:
        sentence = _("Only the right answer repeats a word of the question (“%(word)s…”).")
        report.warning((*choice.path, "options", key), "echo", sentence, word=echoed[0])
    forms = [_begins_with_infinitive(_written(option)) for option in choice.item.options]
    others = {forms[place] for place in choice.others}
    if len(choice.others) > 1 and others == {not forms[key]}:
        sentence = _("Only the right answer begins with another form of word than all the others.")
        report.warning((*choice.path, "options", key), "odd_form", sentence)


def _stems(text: str) -> set[str]:
    return {word[:ECHO_LETTERS].lower() for word in _WORD.findall(text) if len(word) > ECHO_LETTERS}


def _begins_with_infinitive(text: str) -> bool:
    first = _WORD.search(text)
    return first is not None and _INFINITIVE.search(first.group().lower()) is not None


def _warn_of_longest_keys(choices: Sequence[Choice], report: Report) -> None:
    longest = sum(choice.has_longest_key for choice in choices)
    if len(choices) >= FEWEST_FOR_SUMMARY and longest * 2 > len(choices):
        sentence = _("The right answer is the longest in %(longest)s of %(all)s tasks.")
        report.warning(("items",), "keys_longest", sentence, longest=longest, all=len(choices))


def _warn_of_letters(choices: Sequence[Choice], report: Report) -> None:
    """Tasks whose options keep their order and whose single key keeps its place."""
    fixed = [one for one in choices if one.item.settings.get("shuffle") is not True and len(one.keys) == 1]
    places = {choice.keys[0] for choice in fixed}
    if len(fixed) >= FEWEST_FOR_LETTERS and len(places) == 1:
        sentence = _(
            "The right answer is number %(place)s in all %(all)s tasks whose options are not shuffled."
        )
        report.warning(("items",), "same_letter", sentence, place=places.pop() + 1, all=len(fixed))
