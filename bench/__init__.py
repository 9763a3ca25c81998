"""The benchmark: `make bench`. Compares the shop's pages with a bare page under the same server, on both databases."""
