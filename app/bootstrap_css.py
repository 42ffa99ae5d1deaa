"""Bootstrap's style sheet without the parts no page of ours has: 232 KB become some 90.

Left out are the components that need Bootstrap's script (menus and dialogs here are `<details>` and
`<dialog>`), those `static/css` replaces (cards, tabs, progress bars), and the breakpoints above 992 px,
where a page no longer grows.
"""

import re
from collections.abc import Iterator

UNUSED = re.compile(
    r"\.(?:accordion|breadcrumb|btn-(?:close|group|toolbar|check|info|light|dark|outline-(?:info|light|dark|warning))"
    r"|bs-(?:popover|tooltip)|card|carousel|collaps|collapsing|drop(?:down|up|end|start)|figure|focus-ring"
    r"|form-(?:floating|range|switch)|icon-link|img-|link-(?!offset)|list-group|modal|nav|navbar|object-fit|offcanvas|offset"
    r"|page-|pagination|pe-|placeholder|popover|progress|ratio|row-cols|spinner|tab-|text-bg|toast|tooltip|user-select"
    r"|vr|z-|[a-z-]+-(?:xl|xxl)(?:-|\b))"
)
SELECTOR_COMMA = re.compile(r",(?![^(]*\))")


def trim(css: str) -> str:
    """`css` (minified) without the rules whose every selector names an unused class."""
    return "".join(kept for rule in _rules(css) if (kept := _trim_rule(rule)))


def _rules(css: str) -> Iterator[str]:
    """The top-level rules, media blocks whole."""
    depth = start = 0
    for place, letter in enumerate(css):
        if letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
            if depth == 0:
                yield css[start : place + 1]
                start = place + 1


def _trim_rule(rule: str) -> str:
    head, body = rule.split("{", 1)
    if head.startswith(("@media", "@supports")):
        inner = trim(body[:-1])
        return f"{head}{{{inner}}}" if inner else ""
    if head.startswith("@keyframes"):
        return ""
    selectors = [selector for selector in SELECTOR_COMMA.split(head) if not UNUSED.search(selector)]
    return f"{','.join(selectors)}{{{body}" if selectors else ""
