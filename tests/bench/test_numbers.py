"""The numbers in the README are those of the last run, and nothing else in it changes."""

from tests.bench.numbers import BEGIN, END, readme_table, table, written
from tests.bench.rounds import alone, costs, rates

LINES = [
    rates("GET", "requests/s", [4000.0, 5000.0, 6000.0], "bare Starlette", [10_000.0] * 3, least=0.6, reader="GETs"),
    costs("fleet", "s", [1.0], "httpx", [25.0], least=15, most=2, reader="A fleet"),
    alone("opening", "ms", [20.0, 30.0, 40.0], most=100),
    alone("memory", "MB", [1.0], reader="Memory"),
]
README = """\
| measure | romekit | beside it | ratio |
| --- | ---: | --- | ---: |
| GETs | 5,000 requests/s | bare Starlette: 10,000 | 0.5 × |
| A fleet | 1 s | httpx: 25 | 25 × |
| Memory | 1 MB |  |  |"""


def test_the_page_has_every_row_and_says_what_was_missed():
    _, _, get, fleet, opening, memory = table(LINES).splitlines()
    assert get.endswith("| bare Starlette | 10,000 (10,000 … 10,000) | 0.5 × | ≥ 0.6 × | **MISSED** |")
    assert fleet.endswith("| 25 × | ≥ 15 ×, ≤ 2 s | reached |")
    assert opening == "| opening | 30 (20 … 40) ms |  |  |  | ≤ 100 ms | reached |"
    assert memory.endswith("|  |  |")


def test_what_a_reader_cares_for_stands_between_the_marks_and_the_rest_is_as_it_was(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"# One\n\n{BEGIN}\nold\n{END}\n\nTwo\n", encoding="utf-8")
    for _ in range(2):
        written(readme_table(LINES), readme)
        assert readme.read_text(encoding="utf-8") == f"# One\n\n{BEGIN}\n{README}\n{END}\n\nTwo\n"
