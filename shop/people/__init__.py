"""People: users, staff roles, sign-in, consents, the audit trail and the record of who read personal data."""
