"""An operator reads Russian throughout: help, wrong calls, refusals."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner, Result

from app.cli.main import cli
from app.cli.russian import CATALOGUES, DOMAIN

CLICK = Path(click.__file__).parent
ENGLISH_WORD = re.compile(r"\b[A-Z]?[a-z]{3,}\b")
NOT_WORDS = re.compile(
    r"\bopora\b[a-z ]*|'[^']*'|--[a-z-]+|^  [a-z]+  |Asia/Novokuznetsk|Europe/Moscow|Ctrl", re.MULTILINE
)


def paths(group: click.Group = cli, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command of the tree by its words, groups among them."""
    yield above
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from paths(command, (*above, name))
        else:
            yield (*above, name)


def opora(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def english(text: str) -> list[str]:
    return ENGLISH_WORD.findall(NOT_WORDS.sub(" ", text))


@pytest.mark.parametrize("path", list(paths()), ids=" ".join)
def test_help_is_russian(path):
    shown = opora(*path, "-h")
    assert shown.exit_code == 0
    assert shown.output.startswith("Вызов:")
    assert english(shown.output) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["jobs", "retry", "x"], "'x' — не целое число."),
        (["jbs"], "Команды 'jbs' нет. Возможно, 'jobs'?"),
        (["check", "--jsn"], "Параметра '--jsn' нет. Возможно, '--json'?"),
        (["check", "a", "b"], "Лишние аргументы: a b"),
        (["check", "--json=1"], "Параметр '--json' не принимает значения."),
        (["people", "import"], "Не указан аргумент 'ФАЙЛ'."),
        (["people", "import", "x", "--cluster"], "Параметру '--cluster' нужно значение."),
        (["people", "import", "/"], "'/' — папка, а нужен файл."),
        (["people", "import", "/dev/zero"], "'/dev/zero' — не обычный файл."),
        (["instrument", "check", "no-such.yaml"], "Файл 'no-such.yaml' не найден."),
        (["demo", "--responses", "0"], "0 не в пределах 1<=x<=1000000."),
        (["init", "--time-zone", "Марс"], "нет такого часового пояса: Марс"),
    ],
)
def test_a_wrong_call_is_told_in_russian(arguments, said):
    refused = opora(*arguments)
    assert refused.exit_code == 2
    assert said in refused.output
    assert english(refused.output) == []


def test_the_catalogue_holds_what_click_says():
    """A sentence that Click words anew would be English again, unnoticed."""
    sources = "".join(path.read_text("utf-8") for path in CLICK.glob("*.py"))
    with (CATALOGUES / "ru" / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    texts = [text for m in messages for text in (m.id if isinstance(m.id, tuple) else (m.id,))]
    assert [text for text in texts if f'"{text}"' not in sources] == []
