"""Witnesses: everything the stub offers, where it is documented, how sure that is, and which test shows it.

`python -m tests.witnesses` writes tests/WITNESSES.md. What must be covered is read from the code (offered.py) and never
typed a second time; the rows (graph.py, properties.py, refusals.py, sign_in.py) say where each thing comes from and
who has seen it. tests/test_witnesses.py holds the two against each other.
"""
