"""Extensions, unbound; `app.factory` binds them."""

from flask_babel import Babel
from flask_migrate import Migrate
from flask_security import Security
from flask_wtf.csrf import CSRFProtect

from app.accounts.once_only_totp import OnceOnlyTotp
from app.db import db

__all__ = ["babel", "csrf", "db", "migrate", "security"]

babel = Babel()
csrf = CSRFProtect()
migrate = Migrate()
security = Security(totp_cls=OnceOnlyTotp)
