"""The exercises of 03 Launch a URI."""

from __future__ import annotations

from typing import Final

from romekit.lessons.answers import ERROR_WORD, STATUS, STATUS_CODE
from romekit.lessons.exercise import Exercise, Slip

_NOT_YET_FINAL: Final = "The command was still on its way when you looked. Follow it to its end."

EXERCISES: Final = (
    Exercise(
        kind=STATUS,
        answer="completed",
        right="every Windows device opens `ms-settings:` addresses, an Xbox too.",
        slips=(
            Slip("requesting", "Accepted, and not followed: `launch` alone does not wait."),
            Slip("sentToTarget", _NOT_YET_FINAL),
            Slip("executing", _NOT_YET_FINAL),
            Slip(
                "executionFailed",
                "Something on that device did not open that address. Was it the Xbox, and `ms-settings:`?",
            ),
        ),
        hint="Launch `ms-settings:` on the Xbox, colon included, and follow it.",
        stronger='`rome.launch("Xbox", "ms-settings:")` is the command; `.follow()` it and take the `.status`.',
    ),
    Exercise(
        kind=ERROR_WORD,
        answer="ProtocolUnavailable",
        right="Android has no such scheme, and says so with the word that Windows used.",
        slips=(
            Slip(
                "executionFailed",
                "That is the status. The word *behind* it says what kind of failure: look at `.error`.",
            ),
            Slip("completed", "That is a status, and of another device. Send it to the phone, and look at `.error`."),
            Slip("requesting", "That is a status, and too early. Follow the command, then look at `.error`."),
        ),
        hint="Launch it on the phone, follow it, and look at `.error`.",
        stronger='the same line as in exercise 1 with `"Phone"` in it, and `.error` at its end.',
    ),
    Exercise(
        kind=STATUS_CODE,
        answer=201,
        right='the library wrote `\\"` where the quotation mark stood, and the service could read the whole.',
        slips=(
            Slip(
                400,
                "The JSON is still broken. Is it `json.dumps` that writes the *whole* body, quotation mark and all?",
            ),
            Slip(401, "The service does not know who you are. `post` has the token in it: use that."),
            Slip(403, "The service knows who you are and does not allow it. Use `post` as it stands above."),
            Slip(200, "That is the answer to a question (GET). Creating something has a number of its own."),
        ),
        hint="Write the order as a dict, let `json.dumps` make the text of it, and `post` that.",
        stronger='`post(json.dumps({"type": "LaunchUri", "payload": {"uri": page}}))`, and its `.status_code`.',
    ),
)
