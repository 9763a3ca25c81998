"""Stock: locations, levels, holds and movements. Every change of a level is a movement row."""
