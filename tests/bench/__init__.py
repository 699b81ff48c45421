"""The numbers of delivery, measured: `make bench`. Ratios within one run, and their spread; none is a test."""
