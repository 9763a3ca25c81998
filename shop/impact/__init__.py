"""Local return: won returned by month, organisation type and dong; the money trail; open data. Reads only."""
