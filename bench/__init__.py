"""The benchmark: Partsgraph beside PostGraphile, the stock executor and bare SQL, on the same database in one run."""
