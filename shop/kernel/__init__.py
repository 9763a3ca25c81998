"""The ground every room stands on: money, time, the database session, refusals, Korean text. Knows nothing of shops."""
