"""What people write in the columns of a list of teachers, and which word of a catalogue is meant."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from app.accounts.queries import Entry, catalogue
from app.imports.cells import cyrillic, parse_number, word_key

_HIGHEST = re.compile(r"высш\w*|в ?/? ?к|вк|вкк")
_FIRST = re.compile(r"перв\w*|1|i|1 ?я|1 ?/? ?к|i ?к|пк|пкк")
_COMPLIANCE = re.compile(r"соотв\w*|сзд|сод")
_YEARS = re.compile(r"(\d+(?:[.,]\d+)?) ?(?:лет|год\w*|г|л)?(?: \d+ мес\w*| \d+ м)?")
_BANDS = ((3, "under_3"), (11, "3_10"), (21, "11_20"))


class Words:
    """One catalogue as people write it, on a day."""

    def __init__(self, kind: str, on: date) -> None:
        self.entries = [entry for entry in catalogue(kind) if entry.holds_on(on)]
        self._by_key: dict[str, Entry] = {}
        for entry in self.entries:
            for word in (entry.code, entry.name_ru, entry.name_en, *entry.synonyms):
                self._by_key.setdefault(word_key(word), entry)

    def find(self, text: str) -> Entry | None:
        """The entry written as its code, its name in either language or a synonym."""
        return self._by_key.get(word_key(text))

    def find_beginning(self, text: str) -> tuple[Entry, str] | None:
        """The entry the text begins with, and the rest: «учитель физики» is a teacher, of physics."""
        words = word_key(text).split()
        for length in range(len(words) - 1, 0, -1):
            if entry := self._by_key.get(" ".join(words[:length])):
                return entry, " ".join(words[length:])
        return None

    def find_inflected(self, text: str) -> Entry | None:
        """The entry in another case of the noun: «физики» is physics, «математике» mathematics."""
        wanted = word_key(text)
        if found := self._by_key.get(wanted):
            return found
        stems = {
            entry.code: entry
            for key, entry in self._by_key.items()
            if len(key) > 4 and len(wanted) > 4 and _stem(key) == _stem(wanted)
        }
        return next(iter(stems.values())) if len(stems) == 1 else None

    def knows(self, text: str) -> bool:
        """Whether the text as a whole is one entry."""
        return self.find_inflected(text) is not None

    def suggest(self, text: str) -> str | None:
        """The name nearest to what was written."""
        near = get_close_matches(word_key(text), self._by_key, n=1, cutoff=0.7)
        return self._by_key[near[0]].name if near else None


def _stem(words: str) -> str:
    """Words without the endings that cases change."""
    return " ".join(
        re.sub(r"(?:ого|его|ому|ему|ий|ый|ая|ое|ой|ия|ии|ие|ию|[аеиоуыюяйь])$", "", w) for w in words.split()
    )


@dataclass(frozen=True)
class NameParts:
    surname: str
    name: str
    patronymic: str | None


def parse_full_name(text: str) -> NameParts | None:
    """«Ветрова Анна Петровна», also in capitals; None where not even a first name stands there."""
    words = re.sub(r"(?<=\.)(?=\w)", " ", cyrillic(text)).split()
    if len(words) < 2:
        return None
    return name_parts(words[0], words[1], " ".join(words[2:]))


def name_parts(surname: str, name: str, patronymic: str) -> NameParts:
    """The three parts with capitals where names have them."""
    return NameParts(_capitalised(surname), _capitalised(name), _capitalised(patronymic) or None)


def _capitalised(text: str) -> str:
    """Names all in one case get capitals; a name typed with care («МакГрегор», «оглы») stays."""
    text = cyrillic(text)
    if not (text.isupper() or text.islower()) or len(text.rstrip(".")) == 0:
        return text
    words = re.split(r"([\s\-]+)", text.lower())
    return "".join(w if w in ("оглы", "кызы") else w.capitalize() for w in words)


def parse_category(text: str) -> tuple[str | None, str | None]:
    """Codes of the category and the extra category; (None, None) if the words mean neither."""
    key = word_key(text)
    extra = None
    if "методист" in key:
        extra = "methodologist"
    elif "наставник" in key:
        extra = "mentor"
    key = re.sub(r"(?:педагог\w*|учител\w*)?[ -]*(?:методист\w*|наставник\w*)", " ", key)
    key = " ".join(re.sub(r"\b(?:квалификац\w*|кв|кат\w*)\b", " ", key).split())
    for pattern, code in ((_HIGHEST, "highest"), (_FIRST, "first"), (_COMPLIANCE, "compliance")):
        if pattern.fullmatch(key) or (code == "compliance" and pattern.match(key)):
            return code, extra
    if key in ("нет", "без", "не имеет", "отсутствует", "б/к", "none") or key == "":
        # «—» says that there is none; an extra category is given on top of the highest only.
        return ("highest" if extra else "none"), extra
    return None, extra


def parse_service(text: str, words: Words) -> str | None:
    """The band of a length of service written as a band («3–10 лет») or in years («12», «12 лет 4 мес.»)."""
    if entry := words.find(text):
        return entry.code
    match = _YEARS.fullmatch(" ".join(text.casefold().replace(".", " ").split())) or _YEARS.fullmatch(
        text.casefold().strip()
    )
    years = parse_number(match[1]) if match else None
    if years is None or years > 70:
        return None
    return next((code for limit, code in _BANDS if years < limit), "over_20")


def parse_subjects(texts: Iterable[str], words: Words) -> tuple[list[str], list[str]]:
    """Codes of the subjects, and the words nobody knows."""
    codes: list[str] = []
    unknown: list[str] = []
    for text in texts:
        entry = words.find_inflected(text)
        if entry is None:
            unknown.append(text)
        elif entry.code not in codes:
            codes.append(entry.code)
    return codes, unknown
