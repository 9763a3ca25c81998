"""Parts of the demo and of tests: the card provider's stand-in, the demo hall, the local server. Never used in production."""
