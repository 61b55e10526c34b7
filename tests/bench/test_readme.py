"""The numbers in the README are those of the last run, and nothing else in it changes."""

from __future__ import annotations

from tests.bench.readme import BEGIN, END, short_table, written
from tests.bench.rounds import Alone, Spread, costs, rates

LINES = [
    rates("GET", "requests/s", [4000.0, 5000.0, 6000.0], "bare Starlette", [10_000.0] * 3, 0.6),
    costs("fleet", "s", [1.0], "httpx", [25.0], 20),
    Alone("  opening", "ms", Spread(30, 20, 40), 100),
    Alone("memory", "MB", Spread(1, 1, 1)),
]
TABLE = """\
| measure | romekit | beside it | ratio | target | |
| --- | ---: | --- | ---: | ---: | --- |
| GET | 5,000 requests/s | bare Starlette: 10,000 | 0.5 × | ≥ 0.6 × | **MISSED** |
| fleet | 1 s | httpx: 25 | 25 × | ≥ 20 × | reached |
| opening | 30 ms |  |  | ≤ 100 ms | reached |"""


def test_each_target_has_a_row_and_a_missed_one_says_so():
    assert short_table(LINES) == TABLE


def test_it_stands_between_the_marks_and_the_rest_is_as_it_was(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"# One\n\n{BEGIN}\nold\n{END}\n\nTwo\n", encoding="utf-8")
    for _ in range(2):
        assert written(TABLE, readme, tmp_path / "beside.md") == readme
        assert readme.read_text(encoding="utf-8") == f"# One\n\n{BEGIN}\n{TABLE}\n{END}\n\nTwo\n"


def test_without_marks_the_readme_is_left_alone(tmp_path):
    readme, beside = tmp_path / "README.md", tmp_path / "artifacts" / "beside.md"
    readme.write_text("# One\n", encoding="utf-8")
    assert written(TABLE, readme, beside) == beside
    assert (readme.read_text(encoding="utf-8"), TABLE in beside.read_text(encoding="utf-8")) == ("# One\n", True)
