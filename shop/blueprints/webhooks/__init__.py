"""What providers call: no CSRF token, a signature instead."""
