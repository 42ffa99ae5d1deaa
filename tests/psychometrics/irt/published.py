"""Data sets of the literature, as counts of answer patterns."""

import numpy as np

# Bock & Lieberman (1970), Psychometrika 35(2), 179-197, table 1: 1,000 examinees, five items of each of
# sections 6 and 7 of the Law School Admission Test; patterns 00000, 00001, .., 11111.
_LSAT6 = "3 6 2 11 1 1 3 4 1 8 0 16 0 3 2 15 10 29 14 81 3 28 15 80 16 56 21 173 11 61 28 298"
_LSAT7 = "12 19 1 7 3 19 3 17 10 5 3 7 7 23 8 28 7 39 11 34 14 51 15 90 6 25 7 35 18 136 32 308"

# Science (Karlheinz & Melich, 1992, Eurobarometer 38.1; four items in the ltm and mirt packages):
# 392 respondents; patterns of Comfort, Work, Future, Benefit, each with its count.
_SCIENCE = """
1111 2 1321 1 1423 1 1431 1 2111 1 2124 1 2211 1 2222 4 2223 2 2231 1 2232 1 2233 1 2243 1 2313 1 2322 2
2323 1 2332 3 2333 3 2334 2 2341 1 2343 2 2421 1 2443 2 2444 1 3111 1 3113 2 3122 2 3123 4 3132 5 3133 5
3134 3 3143 1 3144 1 3212 1 3214 1 3221 1 3222 10 3223 7 3231 1 3232 16 3233 22 3234 5 3241 1 3242 1 3243 3
3244 2 3313 2 3321 1 3322 13 3323 10 3324 2 3331 5 3332 23 3333 52 3334 8 3342 7 3343 13 3344 12 3413 1
3423 1 3432 2 3433 4 3434 4 3441 1 3442 1 3443 6 3444 3 4114 1 4122 1 4124 2 4134 1 4221 1 4223 3 4233 8
4234 2 4242 1 4244 1 4323 1 4332 2 4333 21 4334 3 4342 2 4343 5 4344 8 4432 1 4433 2 4434 3 4442 2 4443 6
4444 12
"""


def _binary(counts: str) -> np.ndarray:
    patterns = np.array([[number >> bit & 1 for bit in (4, 3, 2, 1, 0)] for number in range(32)])
    return np.repeat(patterns, [int(count) for count in counts.split()], axis=0).astype(float)


def lsat6() -> np.ndarray:
    return _binary(_LSAT6)


def lsat7() -> np.ndarray:
    return _binary(_LSAT7)


def science() -> np.ndarray:
    words = _SCIENCE.split()
    patterns = np.array([[int(digit) for digit in word] for word in words[::2]])
    return np.repeat(patterns, [int(word) for word in words[1::2]], axis=0).astype(float)
