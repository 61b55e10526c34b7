"""The exercises of 00 Start here."""

from typing import Final

from romekit.lessons.answers import STATUS
from romekit.lessons.exercise import Exercise, Slip, ended

EXERCISES: Final = (
    Exercise(
        kind=STATUS,
        answer="completed",
        right="the phone opened the page. It is no Windows device, but opening a web page needs no app of ours.",
        slips=(
            Slip("requesting", "The service has accepted the command, and nobody has waited for it. Who follows it?"),
            Slip("commandDropped", "That is how it ended on the laptop. Which device was this command sent to?"),
            Slip("done", "A person would say so. The service has a word of its own for it: let the cell print it."),
        ),
        hint="Send it as you did before, with another name for the device; then follow it and look at the status.",
        stronger='`rome.launch("Phone", …)` gives a command, `.follow()` waits for it, `.status` is the word.',
        seen=lambda lab: ended(lab, "Phone", "completed"),
        unseen="the word is right, but in this lab no command to the phone has ended so. Send one and follow it.",
    ),
    Exercise(
        kind=STATUS,
        answer="completed",
        right="an awake laptop acknowledges the command instead of dropping it.",
        slips=(
            Slip("commandDropped", "Was the laptop awake? And a final status never changes: send a *new* command."),
            Slip("requesting", "The service has accepted the command. What happened to it afterwards?"),
            Slip("Travel Laptop is online.", "That is what the lab said about the laptop. What became of the page?"),
            Slip("Online", "That is the status of the *device*. The question asks for that of the *command*."),
        ),
        hint="First wake it, then launch and follow as in exercise 1, with the laptop's name.",
        stronger='three steps: `lab.wake("Laptop")`, then a new `rome.launch("Laptop", …)`, then `.follow().status`.',
        seen=lambda lab: ended(lab, "Laptop", "completed"),
        unseen="the word is right, but the laptop has not opened a page yet. Wake it, send a new command, follow it.",
    ),
)
