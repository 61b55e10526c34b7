"""The exercises of the notebooks, and checks that answer each usual mistake with a sentence of its own.

A lesson is data: one module per notebook, a few rows each, readable in five minutes. A notebook opens its own with

    from romekit.lessons import checks
    check = checks("start_here")
    check(1, answer, lab)

and a teacher writes exercises in the same way: `check = Checks(Exercise(kind=STATUS, answer="completed", …), …)`.

    answers.py      how an answer is read, which can be any object, and what an exercise can ask for
    exercise.py     one exercise as a row, the verdict on an answer to it, and what a lab has seen
    start_here.py … the rows of each notebook, in its order
"""

from importlib import import_module
from typing import Final

from romekit.core.errors import BadInput
from romekit.lessons.exercise import Checks as Checks, Exercise as Exercise, Slip as Slip, Verdict as Verdict

#: One module each, in the order of the notebooks, whose names are the same behind a number.
LESSONS: Final = (
    "start_here",
    "sign_in",
    "devices",
    "launch_a_uri",
    "call_an_app_service",
    "status_timelines",
    "when_it_goes_wrong",
    "the_command_that_ran_twice",
    "race_the_pollers",
)


def checks(lesson: str) -> Checks:
    """The checks of one lesson, to be called with the number of an exercise and an answer."""
    if lesson not in LESSONS:
        raise BadInput(f"There is no lesson {lesson!r}.", field="lesson", hint=f"There are: {', '.join(LESSONS)}.")
    return Checks(*import_module(f"romekit.lessons.{lesson}").EXERCISES)
