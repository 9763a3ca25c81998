"""Public pages: local return, rules, health, language."""
