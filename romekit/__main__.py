"""`python -m romekit` is `romekit`."""

from romekit.cli import main

main()
