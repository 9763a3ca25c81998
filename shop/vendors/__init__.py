"""Vendors: local organisations, their teams, certifications, bank details and commission agreements."""
