"""The ledger: accounts, journal entries, postings, periods, hash chain. Knows nothing of shops: its dimensions are plain ids."""
