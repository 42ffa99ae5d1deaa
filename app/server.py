"""`python -m app.server`: Granian with the application loaded once, before its workers are forked and share it.

Takes Granian's own arguments; those of every start are in `app.embedded.run_settings`.
"""

import gc
import multiprocessing

from granian.cli import entrypoint
from sqlalchemy.orm import configure_mappers

import wsgi


def main() -> None:
    """Load what every worker would load, then serve; nothing may be connected or threaded before the fork."""
    multiprocessing.set_start_method("fork")
    configure_mappers()
    templates = wsgi.app.jinja_env
    for name in templates.list_templates(extensions=("html", "txt")):
        templates.get_template(name)  # compiled here, no page is slow the first time
    gc.collect()
    gc.freeze()  # the collector would write into every shared page
    entrypoint()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
