"""Extensions, unbound; `app.factory` binds them."""

from flask_babel import Babel
from flask_migrate import Migrate
from flask_security import Security
from flask_wtf.csrf import CSRFProtect

from app.db import db

__all__ = ["babel", "csrf", "db", "migrate", "security"]

babel = Babel()
csrf = CSRFProtect()
migrate = Migrate()
security = Security()
