"""The ways to wait for a command as a notebook imports them: each says how long to pause before the next question."""

from __future__ import annotations

from romekit.core.polling import Fixed, Growing, Hinted, LongPoll, Polling

__all__ = ["Fixed", "Growing", "Hinted", "LongPoll", "Polling"]
