"""`python -m tests.witnesses` writes the page."""

from __future__ import annotations

from collections import Counter

from tests.witnesses.page import FILE, ROWS, page

if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8", newline="\n")
    print(f"{FILE}: {len(ROWS)} rows, {dict(Counter(row.kind for row in ROWS))}")
