"""Staff face: the back office of the centre."""
