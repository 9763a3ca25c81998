"""A person's own pages: sign-in by Flask-Security, orders, settings."""
