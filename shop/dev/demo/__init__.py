"""The demo hall: fictional makers, goods and days, loaded by one command."""
