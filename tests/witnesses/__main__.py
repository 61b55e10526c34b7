"""`python -m tests.witnesses` writes the page."""

from tests.witnesses.page import FILE, page

if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8", newline="\n")
    print(f"{FILE.name} is written")
