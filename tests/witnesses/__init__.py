"""Witnesses: everything the cloud offers, which test shows it, where it is documented, and how sure that is.

A test names what it shows with a marker: `@pytest.mark.witness("header", "Location, ETag", "C 4.7")`, which is a kind,
names of that kind, and a grade with its source (or several); `Device(id, name)` is short for `Device.id, Device.name`.
What must have a witness is read from the code (offered.py).
`python -m tests.witnesses` writes tests/WITNESSES.md from the markers; tests/test_witnesses.py fails on a gap.
"""
