"""The hall: registers and another till's past sales."""
