"""`romekit challenge`: play a program in any language against a challenge's days, and report what was seen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import click

from romekit.challenges import challenge
from romekit.challenges.catalog import ALL
from romekit.challenges.program import player
from romekit.challenges.report import Report
from romekit.challenges.scenario import scenario_from
from romekit.core.errors import BadInput


def list_challenges() -> int:
    for name, each in ALL.items():
        click.echo(f"{name}: {each.title}\n  {each.story}\n  {each.signature}\n  levels: {', '.join(each.levels)}")
    return 0


def run_challenge(
    name: str, program: Sequence[str], *, card: str, speed: float, as_json: bool, junit: Path | None, **drawn: Any
) -> int:
    """Play the program; 0 only if every mark passed on every day. `drawn` says which days are played without a card."""
    if not program:
        hint = f"Give it behind --, such as: romekit challenge run {name} -- node client.mjs"
        raise BadInput("The program is missing.", field="program", hint=hint)
    chosen = challenge(name)
    scenarios = [scenario_from(card)] if card else chosen.scenarios(**drawn)
    report = chosen.report(player(chosen.prepare, program, speed=speed), scenarios)
    if junit is not None:
        try:
            junit.write_text(as_junit(name, report), encoding="utf-8")
        except OSError as problem:
            raise BadInput(f"{junit} cannot be written: {problem.strerror}.", field="junit") from None
    click.echo(json.dumps(report.as_dict(), ensure_ascii=False) if as_json else str(report))
    return 0 if report.passed else 1


def as_junit(name: str, report: Report) -> str:
    """The report as a JUnit file: a test case for each mark."""
    failures, tests = sum(each.failed is not None for each in report.scores), len(report.scores)
    about = {"name": f"romekit challenge {name}", "tests": f"{tests}", "failures": f"{failures}"}
    suite = ElementTree.Element("testsuite", about)
    for score in report.scores:
        case = ElementTree.SubElement(suite, "testcase", classname=f"romekit.{name}", name=score.mark)
        if score.failed is not None:
            failure = ElementTree.SubElement(case, "failure", message=score.sentence)
            failure.text = f"{score.passed} of {score.days} days passed. The first that did not: {score.failed.card}"
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)
