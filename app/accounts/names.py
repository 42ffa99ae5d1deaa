"""Names of people and schools as people type them: compared with ё = е, without quotes and legal forms."""

import re

from app.text import sort_key

_LEGAL_FORMS = (
    r"муниципальн\w+ (?:бюджетн\w+|казенн\w+|автономн\w+)(?: нетиповое)? (?:обще)?образовательн\w+ учреждени\w+",
    r"муниципальн\w+ (?:обще)?образовательн\w+ учреждени\w+",
    r"государственн\w+ (?:бюджетн\w+|казенн\w+|автономн\w+)? ?(?:обще)?образовательн\w+ учреждени\w+",
    r"\b(?:м|г|ч)[бак]?(?:н)?оу\b",
)
_ABBREVIATIONS = (
    (r"средн\w+ (?:общеобразовательн\w+ )?школ\w+", "сош"),
    (r"основн\w+ (?:общеобразовательн\w+ )?школ\w+", "оош"),
    (r"начальн\w+ (?:общеобразовательн\w+ )?школ\w+", "нош"),
    (r"школ\w+[- ]интернат\w*", "интернат"),
    (r"\bсш\b", "сош"),
)
_FILLERS = re.compile(r"\b(?:им|имени|г|город\w*|с|село|пос|поселок|д|деревня)\b\.?")
_NUMBER_SIGN = re.compile(r"(?:№|#|\bn\b|\bno\b)\s*", re.IGNORECASE)
_NOT_A_WORD = re.compile(r"[^\w]+")
_GLUED = re.compile(r"(?<=[а-я])(?=\d)|(?<=\d)(?=[а-я])")


def school_key(name: str) -> tuple[str, ...]:
    """Words of a school's name in one order: «МБОУ "Лебяжинская СОШ"» and «СОШ Лебяжинская» are one."""
    text = sort_key(name)
    for form in _LEGAL_FORMS:
        text = re.sub(form, " ", text)
    for long, short in _ABBREVIATIONS:
        text = re.sub(long, short, text)
    text = _NUMBER_SIGN.sub(" ", text)
    text = _FILLERS.sub(" ", text)
    text = _GLUED.sub(" ", _NOT_A_WORD.sub(" ", text))
    return tuple(sorted(text.split()))


def person_sort_key(surname: str, name: str, patronymic: str | None) -> str:
    """Key people are ordered and searched by."""
    return sort_key(" ".join(part for part in (surname, name, patronymic) if part))


def is_same_name(one: str | None, other: str | None) -> bool:
    """Whether two first names or patronymics may be one: an initial fits, a missing one fits any."""
    if not one or not other:
        return True
    first, second = (sort_key(value).rstrip(".") for value in (one, other))
    if 1 in (len(first), len(second)):
        return first[0] == second[0]
    return first == second


def is_near(one: str, other: str) -> bool:
    """Whether two surnames differ by at most one letter: «Ветрова» and «Ветровa» typed by another hand."""
    first, second = sort_key(one), sort_key(other)
    if first == second:
        return True
    if abs(len(first) - len(second)) > 1:
        return False
    shorter, longer = sorted((first, second), key=len)
    start = 0
    while start < len(shorter) and shorter[start] == longer[start]:
        start += 1
    rest_of_shorter = shorter[start + 1 :] if len(shorter) == len(longer) else shorter[start:]
    return rest_of_shorter == longer[start + 1 :]


_LATIN = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюя",
        (
            "a", "b", "v", "g", "d", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u",
            "f", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya",
        ),
        strict=True,
    )
)  # fmt: skip


def latin(text: str) -> str:
    """Latin letters and digits of `text`, for a user name: «Щукина-Ёлкина» gives shchukinaelkina."""
    letters = "".join(_LATIN.get(letter, letter) for letter in sort_key(text))
    return re.sub(r"[^a-z0-9]", "", letters)
