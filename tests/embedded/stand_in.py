"""`opora run` with small programs in the place of the application: `python -m tests.embedded.stand_in`.

STAND_IN is JSON with the commands; what it leaves out is a web server that is always healthy, and nothing else.
"""

import json
import os
import sys
from dataclasses import replace

from app.embedded.process import EmbeddedServiceError
from app.embedded.run_settings import Service
from app.embedded.supervisor import RunSettings, run

HEALTHY = """
import http.server, json, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(dict(os.environ)).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)
http.server.ThreadingHTTPServer.allow_reuse_address = True
http.server.ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
"""


def python(code: str) -> tuple[str, ...]:
    """The command that runs a piece of Python."""
    return (sys.executable, "-c", code)


def main() -> int:
    parts = json.loads(os.environ.pop("STAND_IN", "{}"))
    try:
        settings = RunSettings.from_environment(dict(os.environ))
    except EmbeddedServiceError as error:
        print(f"opora: {error}", file=sys.stderr)
        return 1
    return run(
        replace(
            settings,
            prepare=tuple(python(code) for code in parts.get("prepare", [])),
            web=Service("web", python(parts.get("web", HEALTHY))),
            background=tuple(
                Service(name, python(code)) for name, code in parts.get("background", {}).items()
            ),
            stop_within=parts.get("stop_within", 10),
            announce=python(parts["announce"]) if "announce" in parts else None,
        )
    )


if __name__ == "__main__":
    sys.exit(main())
