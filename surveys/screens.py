"""The way through a questionnaire: which screen comes next, what is left, what is missing at the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from flask_babel import lazy_gettext as _

from surveys.definition import Definition, answers_visible_pages, is_obligatory
from surveys.definition.model import Page
from surveys.items import Answer, Problem, get_type, missing

Answers: TypeAlias = Mapping[str, Answer]

REQUIRED = _("Please answer this question: an answer is required.")


@dataclass(frozen=True)
class Place:
    """Where a page stands: the third topic of eight in the first part of two."""

    part: int
    parts: int
    page: int
    pages: int
    done: int
    """Pages of the whole way that lie behind."""
    total: int


@dataclass(frozen=True)
class Screens:
    """The pages one person walks through with the answers given so far."""

    definition: Definition
    wave: str
    answers: Answers
    pages: tuple[Page, ...]

    @classmethod
    def of(cls, definition: Definition, wave: str, answers: Answers) -> "Screens":
        return cls(definition, wave, answers, answers_visible_pages(definition, wave, answers))

    def find(self, code: str) -> Page | None:
        return next((page for page in self.pages if page.code == code), None)

    def first_unanswered(self) -> Page | None:
        """The first page with an item nothing is known of; None when all were seen."""
        return next(
            (page for page in self.pages if any(code not in self.answers for code in page.items)), None
        )

    def before(self, page: Page) -> Page | None:
        index = self.pages.index(page)
        return self.pages[index - 1] if index else None

    def after(self, page: Page) -> Page | None:
        index = self.pages.index(page) + 1
        return self.pages[index] if index < len(self.pages) else None

    def place(self, page: Page) -> Place:
        parts = list(dict.fromkeys(shown.part for shown in self.pages))
        same_part = [shown for shown in self.pages if shown.part == page.part]
        return Place(
            part=parts.index(page.part) + 1,
            parts=len(parts),
            page=same_part.index(page) + 1,
            pages=len(same_part),
            done=self.pages.index(page),
            total=len(self.pages),
        )

    def count_items(self) -> int:
        return sum(len(page.items) for page in self.pages)

    def count_answered(self) -> int:
        return sum(is_given(self.answers.get(code)) for page in self.pages for code in page.items)

    def unanswered(self) -> list[tuple[Page, int]]:
        """Pages with items left blank, and how many."""
        left = [
            (page, sum(not is_given(self.answers.get(code)) for code in page.items)) for page in self.pages
        ]
        return [(page, count) for page, count in left if count]

    def obligatory(self, page: Page) -> frozenset[str]:
        """Items of the page that must be answered."""
        return frozenset(
            item.code
            for item in self.definition.items_of(page)
            if is_obligatory(item, self.answers, self.definition)
        )

    def problems_at_submit(self) -> dict[str, Problem]:
        """Why the answers cannot be sent as they are, by item."""
        problems: dict[str, Problem] = {}
        for page in self.pages:
            for item in self.definition.items_of(page):
                answer = self.answers.get(item.code)
                if not is_given(answer):
                    if is_obligatory(item, self.answers, self.definition):
                        problems[item.code] = Problem(REQUIRED)
                elif answer is not None:
                    problem = get_type(item).problem_at_submit(item, answer)
                    if problem is not None:
                        problems[item.code] = problem
        return problems

    def closing_answers(self) -> dict[str, Answer]:
        """What is to be written for items without an answer when the response is closed."""
        shown = {code: page for page in self.pages for code in page.items}
        closing: dict[str, Answer] = {}
        for item in self.definition.items_for(self.wave):
            page = shown.get(item.code)
            if page is None:
                reason = "not_shown"
            elif item.code in self.answers:
                continue
            else:
                is_reached = any(code in self.answers for code in page.items)
                reason = "skipped" if is_reached else "not_reached"
            closing[item.code] = missing(reason)
        return closing


def is_given(answer: Answer | None) -> bool:
    """Whether the person has answered: with a value, or by saying that it does not apply."""
    return answer is not None and ("v" in answer or answer.get("m") == "na")
