"""`python -m romekit` is `romekit`."""

from romekit.cli.main import main

main()
