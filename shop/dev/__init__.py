"""Stand-ins for the outside world, used by the demo and the tests; refuse to start anywhere else."""
