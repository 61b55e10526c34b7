"""The exercises of 06 When it goes wrong."""

from typing import Final

from romekit.core.status import Status
from romekit.lessons.answers import STATUS, WORDS
from romekit.lessons.exercise import Exercise, Slip, ended, holding

#: In this cloud it is known that the device did nothing, so sending again cannot do anything twice.
SAFE: Final = frozenset({Status.FAILED_TO_SEND, Status.COMMAND_DROPPED})


EXERCISES: Final = (
    Exercise(
        kind=STATUS,
        answer="commandDropped",
        right="what counts is the state of the device when the command arrives, not when it was sent.",
        slips=(
            Slip("completed", "The command was quicker. Do *not* follow it before you put the device to sleep."),
            Slip("failedToSend", "That is a device which is offline. Asleep is something else: `lab.put_to_sleep`."),
            Slip("requesting", "You sent it and did not follow it after that. How did it end?"),
        ),
        hint="Launch, do not follow yet, put it to sleep, then follow.",
        stronger='keep the command: `command = rome.launch("Surface", …)`, then sleep, then `command.follow().status`.',
        seen=lambda lab: ended(lab, "Surface", "commandDropped"),
        unseen="the word is right, but the Surface has dropped nothing yet. Send it a command, then put it to sleep.",
    ),
    Exercise(
        kind=STATUS,
        answer="expired",
        right="no device could say how it went, so in the end the clock decided.",
        slips=(
            Slip("failedToSend", "Too early: the command had not arrived yet. Let it begin, then cut the Xbox off."),
            Slip("completed", "Too late: it was done before you cut it off. Cut it off while it is `executing`."),
            Slip("executing", "That was the right moment to cut it off. And now follow it, however long that takes."),
            Slip("sentToTarget", "A little early: it has arrived, but does not run yet. Wait until it is `executing`."),
            Slip("requesting", "The command is not there yet. Let some seconds pass, and look again with `refresh()`."),
            Slip("commandDropped", "That is a device which is asleep. Take it *offline*."),
        ),
        hint='Launch on the Xbox, wait until it is `executing`, `lab.take_offline("Xbox")`, then follow.',
        stronger="in this world five seconds are enough for it to be `executing`, and not enough for it to be done.",
        seen=lambda lab: ended(lab, "Xbox", "expired"),
        unseen="the word is right, but no command to the Xbox has ended so here. Cut the Xbox off while it executes.",
    ),
    Exercise(
        kind=WORDS,
        answer=SAFE,
        right="in both cases the device has not begun: the command never arrived, or it was dropped at once.",
        slips=(
            holding("completed", "With `completed` the device has done it already."),
            holding("expired", "`expired` is about the clock. Does anybody know what the device did?"),
            holding("executionFailed", "With `executionFailed` the device tried. Perhaps it had done half of it."),
            holding("error", "With `error` the *service* failed, perhaps after the device had the command."),
            holding(
                "canceled", "It can be `canceled` after it has begun: look at the history of the one you cancelled."
            ),
            holding(STATUS.unfinished, "One of these is not final: that command may still be done by itself."),
            Slip(
                lambda words: words - set(Status),
                "One of these is no status, letter for letter. Copy them from an output.",
                {"dropped"},
            ),
            Slip(frozenset(), "The set is empty. Some failures happen before the device has done anything: which?"),
            Slip(lambda words: words < SAFE, "That one is safe, but it is not the only one.", {"failedToSend"}),
        ),
        hint="Safe means: it is known that the device did nothing.",
        stronger="go through the seven final words and ask of each: can the device have begun? For two it cannot.",
    ),
)
