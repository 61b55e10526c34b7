"""`python -m tests.bench`: measure, print, write."""

from tests.bench.measures import measured, table, write

measures = measured()
print(table(measures))
print(f"Written to {write(measures)}")
