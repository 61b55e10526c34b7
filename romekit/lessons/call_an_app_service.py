"""The exercises of 04 Call an app service."""

from typing import Final

from romekit.lessons.answers import ERROR_WORD, NUMBER, WORD
from romekit.lessons.exercise import Exercise, Slip, accepted, ended

EXERCISES: Final = (
    Exercise(
        kind=NUMBER,
        answer=21,
        right="the largest number that can be drawn is `maxvalue - 1`.",
        slips=(
            Slip(20, "With that the side with the largest number never comes up. What does *exclusive* mean?"),
            Slip(19, "That is one step in the wrong direction. Which numbers can be drawn with it?"),
            Slip(22, "That is one too many: the die would have a side more than it should."),
            Slip(7, "That is the die with 6 sides. Which rule leads from 6 to 7?"),
        ),
        instead={"dict": "That is a whole message or answer. The question asks for one number of it, `maxvalue`."},
        hint="For the die with 6 sides it was 7.",
        stronger="`minvalue` can come up, `maxvalue` cannot. Roll a die with `maxvalue` 2: which numbers do you see?",
        seen=lambda lab: 21 in [payload.get("maxvalue") for payload in accepted(lab)],
        unseen="the number is right. Now roll this die once with `rome.call`, and run this cell again.",
    ),
    Exercise(
        kind=WORD,
        answer="Ok",
        right="that is the answer printed in Microsoft's documentation.",
        slips=(
            Slip("Ack", "That is for messages without a rule. Is yours exactly `LaunchUri`, under `Type`?"),
            Slip("pong", "That is the answer to `ping`. Send another `Type`."),
            Slip("completed", "That is the status of the command. What did the *service* answer? Fetch the payload."),
            Slip("LaunchUri", "That is the type of your message. What type has the answer?"),
        ),
        instead={
            "dict": "That is the whole answer. The question asks for what stands under its `Type`.",
            "command": "That is the command. Its answer is fetched with `.payload()`, after following it.",
        },
        hint="Call ping-pong on the Surface with another `Type`, follow, and fetch the payload.",
        stronger='the cell with `toast` shows how: a message with `{"Type": "LaunchUri"}`, and `["Type"]` at the end.',
        seen=lambda lab: "LaunchUri" in [payload.get("Type") for payload in accepted(lab)],
        unseen="the word is right, but ping-pong has got no message of the type `LaunchUri` yet. Send it.",
    ),
    Exercise(
        kind=ERROR_WORD,
        answer="AppServiceUnavailable",
        right="the app is there, but has no service of that name. It is a third kind of failure.",
        slips=(
            Slip(
                "AppNotInstalled", "Then the *package* was missing, too. Take `romekit.ECHO.package`, on the Surface."
            ),
            Slip("executionFailed", "That is the status, as for the three above. The error word tells them apart."),
            Slip("Failure", "That is what an app says that broke on a message. Here no service should have got one."),
            Slip("DisabledByPolicy", "That is the HoloLens, where a policy forbids all calls. Ask the Surface."),
        ),
        hint="Make the address with `romekit.AppService(name, package)`: a name nobody has, the package of `ECHO`.",
        stronger='call `romekit.AppService("no.such.service", romekit.ECHO.package)`, follow, and take the `.error`.',
        seen=lambda lab: ended(lab, "Surface", "executionFailed", "no.such.service"),
        unseen="the word is right, but no such call to the Surface has failed yet. Make it, and follow it.",
    ),
)
