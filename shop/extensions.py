"""The libraries the app is built on, created once and bound to an app in `create_app`."""

from flask_babel import Babel
from flask_compress import Compress
from flask_mailman import Mail
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

babel = Babel()
compress = Compress()
csrf = CSRFProtect()
mail = Mail()
migrate = Migrate()
