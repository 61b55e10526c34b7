"""The exercises of 03 Launch a URI."""

from typing import Final

from romekit.lessons.answers import ERROR_WORD, STATUS, STATUS_CODE
from romekit.lessons.exercise import Exercise, Slip, accepted, ended

EXERCISES: Final = (
    Exercise(
        kind=STATUS,
        answer="completed",
        right="every Windows device opens `ms-settings:` addresses, an Xbox too.",
        slips=(
            Slip("requesting", "The service has accepted it: `launch` alone does not wait. Who follows the command?"),
            Slip("executionFailed", "That device could not open that address. Was it the Xbox, and `ms-settings:`?"),
        ),
        hint="Launch `ms-settings:` on the Xbox, colon included, and follow it.",
        stronger='`rome.launch("Xbox", "ms-settings:")` is the command; `.follow()` it and take the `.status`.',
        seen=lambda lab: ended(lab, "Xbox", "completed", "ms-settings:"),
        unseen="the word is right, but the Xbox has not opened `ms-settings:` yet. Launch it there and follow it.",
    ),
    Exercise(
        kind=ERROR_WORD,
        answer="ProtocolUnavailable",
        right="Android has no such scheme, and the phone says so with the word that Windows used.",
        slips=(
            Slip("executionFailed", "That is the status. The kind of failure stands *beside* it: look at `.error`."),
            Slip("completed", "That is a status, and of another device. Send it to the phone, and look at `.error`."),
            Slip("requesting", "That is a status, and too early. Follow the command, then look at `.error`."),
        ),
        hint="Launch it on the phone, follow it, and look at `.error`.",
        stronger='the same line as in exercise 1 with `"Phone"` in it, and `.error` at its end.',
        seen=lambda lab: ended(lab, "Phone", "executionFailed", "ms-settings:"),
        unseen="the word is right, but nobody has sent `ms-settings:` to the phone yet. Launch it there, follow it.",
    ),
    Exercise(
        kind=STATUS_CODE,
        answer=201,
        right='`json.dumps` wrote `\\"` for the quotation mark, so the service read the whole address.',
        slips=(
            Slip(400, "The JSON is still broken. Let `json.dumps` write the *whole* body, quotation marks and all."),
            Slip(401, "The service does not know who you are. `post` has the token in it: use that."),
            Slip(403, "The service knows who you are and does not allow it. Use `post` as it stands above."),
            Slip(200, "That is the answer to a GET. A command that was created has another number."),
        ),
        hint="Write the order as a dict, let `json.dumps` make the text of it, and `post` that.",
        stronger='`post(json.dumps({"type": "LaunchUri", "payload": {"uri": page}}))`, and its `.status_code`.',
        seen=lambda lab: any('"' in str(payload.get("uri")) for payload in accepted(lab)),
        unseen="the number is right, but no address with its quotation marks has arrived. Send `page` as it is.",
    ),
)
