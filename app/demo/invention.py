"""Invents the district's teachers: the same ones every time, in exactly the published numbers."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random

from app.accounts.names import latin
from app.demo.source import read

SEED = 2022
SHARE_OF_MEN = 0.15
SHARE_WITH_TWO_SUBJECTS = 0.45
LEADERSHIP = ("deputy_uvr", "deputy_vr")


@dataclass(frozen=True)
class Invented:
    """A person as the loading writes one; `school` is a short name, `login` that of a shown account."""

    surname: str
    name: str
    patronymic: str
    school: str
    position: str
    subjects: tuple[str, ...]
    category: str
    service_band: str
    email: str
    in_cluster: bool  # of a school with a centre
    extra_category: str | None = None
    is_head: bool = False
    login: str | None = None


def invent_teachers() -> list[Invented]:
    """134 people: 112 of the schools with centres, 22 of the other schools."""
    district = read("district")
    rng = Random(SEED)  # noqa: S311 - a reproducible invention, no secret
    with_centre = [school for school in district["schools"] if "centre" in school]
    others = [school for school in district["schools"] if "centre" not in school]
    names = _names(rng, district["domain"])
    teachers = [
        *_describe(_cluster_posts(with_centre, rng), names, district, rng, in_cluster=True),
        *_describe(_other_posts(others, rng), names, district, rng, in_cluster=False),
    ]
    return _give_logins(_name_heads(teachers))


def _cluster_posts(schools: list[Mapping[str, object]], rng: Random) -> list[tuple[str, str, str | None]]:
    """(school, position, main subject) of the 112: managers spread over schools, then teachers."""
    district = read("district")
    positions = Counter(district["positions"])
    subjects = list(Counter(district["subjects"]).elements())
    rng.shuffle(subjects)
    free = {str(school["short"]): int(str(school["teachers"])) for school in schools}
    posts: list[tuple[str, str, str | None]] = []

    def give(position: str, count: int, order: list[str]) -> None:
        for number in range(count):
            school = order[number % len(order)]
            free[school] -= 1
            posts.append((school, position, None))

    names = list(free)
    give("deputy_uvr", positions["deputy_uvr"], names[:7])
    give("deputy_vr", positions["deputy_vr"], [*names[7:], *names[:2]])
    give("additional_teacher", positions["additional_teacher"], names[:6])
    give("organiser", positions["organiser"], names[:4])
    give("psychologist", positions["psychologist"], names[:3])
    give("methodist", positions["methodist"], names[:1])
    posts.extend((school, "teacher", subjects.pop()) for school, left in free.items() for _ in range(left))
    return posts


def _other_posts(schools: list[Mapping[str, object]], rng: Random) -> list[tuple[str, str, str | None]]:
    subjects = list(read("district")["subjects"])
    return [
        (str(school["short"]), "teacher", rng.choice(subjects))
        for school in schools
        for _ in range(int(str(school["teachers"])))
    ]


def _describe(
    posts: list[tuple[str, str, str | None]],
    names: Iterator[tuple[str, str, str, str]],
    district: Mapping[str, Mapping[str, int]],
    rng: Random,
    *,
    in_cluster: bool,
) -> list[Invented]:
    categories, bands = _careers(posts, district, rng)
    people = []
    for (school, position, subject), category, band in zip(posts, categories, bands, strict=True):
        surname, name, patronymic, email = next(names)
        people.append(
            Invented(
                surname=surname,
                name=name,
                patronymic=patronymic,
                school=school,
                position=position,
                subjects=_subjects(position, subject, rng),
                category=category,
                service_band=band,
                email=email,
                in_cluster=in_cluster,
            )
        )
    return people


def _careers(
    posts: list[tuple[str, str, str | None]], district: Mapping[str, Mapping[str, int]], rng: Random
) -> tuple[list[str], list[str]]:
    """Categories and service bands in the published numbers, the longer the service the higher."""
    n = len(posts)
    length = [rng.random() for _ in range(n)]
    merit = [service + rng.gauss(0, 0.3) for service in length]
    bands = _fill(("under_3", "3_10", "11_20", "over_20"), district["service_bands"], length)
    categories = _fill(("none", "compliance", "first", "highest"), district["categories"], merit)
    return categories, bands


def _fill(codes: tuple[str, ...], counts: Mapping[str, int], latent: list[float]) -> list[str]:
    """Codes from the lowest up, given out by `latent`; counts of another total keep their shares."""
    n, total = len(latent), sum(counts.values())
    bounds, seen = [], 0
    for code in codes:
        seen += counts[code]
        bounds.append(round(seen * n / total))
    ladder = [codes[next(i for i, bound in enumerate(bounds) if rank < bound)] for rank in range(n)]
    order = sorted(range(n), key=lambda i: latent[i])
    given = [""] * n
    for rank, index in enumerate(order):
        given[index] = ladder[rank]
    return given


def _subjects(position: str, main: str | None, rng: Random) -> tuple[str, ...]:
    if main is None:
        extra = {"additional_teacher": ("additional",), "deputy_uvr": ("mathematics",)}
        return extra.get(position, ())
    second = read("district")["second_subjects"].get(main)
    return (main, second) if second and rng.random() < SHARE_WITH_TWO_SUBJECTS else (main,)


def _names(rng: Random, domain: str) -> Iterator[tuple[str, str, str, str]]:
    source = read("names")
    surnames = [*source["surnames"]]
    rng.shuffle(surnames)
    seen: set[str] = set()
    taken: Counter[str] = Counter()
    for _ in range(3):
        for surname in surnames:
            is_man = rng.random() < SHARE_OF_MEN
            family = surname if is_man else f"{surname}а"
            name = rng.choice(source["men" if is_man else "women"])
            patronymic = rng.choice(source["patronymics"])[is_man]
            if f"{family} {name}" in seen:
                continue
            seen.add(f"{family} {name}")
            mailbox = f"{latin(name)[0]}.{latin(family)}"
            taken[mailbox] += 1
            number = taken[mailbox] if taken[mailbox] > 1 else ""
            yield family, name, patronymic, f"{mailbox}{number}@{domain}"
    raise LookupError("the list of surnames is too short")


def _name_heads(teachers: list[Invented]) -> list[Invented]:
    """One teacher of each school heads its centre; two of the highest category are methodologist and mentor."""
    heads: dict[str, int] = {}
    for index, person in enumerate(teachers):
        if person.in_cluster and person.position == "teacher" and person.category in ("first", "highest"):
            heads.setdefault(person.school, index)
    named = [replace(person, is_head=index in heads.values()) for index, person in enumerate(teachers)]
    best = [
        i
        for i, person in enumerate(named)
        if person.category == "highest"
        and person.in_cluster
        and person.position == "teacher"
        and not person.is_head
    ]
    for index, extra in zip(best, ("methodologist", "mentor"), strict=False):
        named[index] = replace(named[index], extra_category=extra)
    return named


def _give_logins(teachers: list[Invented]) -> list[Invented]:
    """Short user names for those the account table shows."""
    core = next(school["short"] for school in read("district")["schools"] if school.get("core"))
    at_core = [i for i, p in enumerate(teachers) if p.school == core]
    plain = [i for i in at_core if teachers[i].position == "teacher" and not teachers[i].is_head]
    chosen = {
        "head": next(i for i in at_core if teachers[i].is_head),
        "mentor": next(i for i, p in enumerate(teachers) if p.extra_category == "mentor"),
        "registrar": next(i for i in at_core if teachers[i].position == "organiser"),
    }
    rest = [i for i in plain if i not in chosen.values() and teachers[i].extra_category is None]
    chosen["teacher"] = next(
        i for i in rest if teachers[i].subjects[0] in ("physics", "biology", "informatics")
    )
    chosen["host"] = next(
        i for i in rest if i != chosen["teacher"] and teachers[i].category in ("first", "highest")
    )
    logins = {index: login for login, index in chosen.items()}
    return [replace(person, login=logins.get(index)) for index, person in enumerate(teachers)]
