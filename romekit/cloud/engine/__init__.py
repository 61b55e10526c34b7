"""The engine: a space is a pure function of its events.

    request(space, now)         -> decision         what was asked for is refused, or events come of it
    due(space, now)             -> space, events    time passed: commands moved, were answered, ran out
    evolve(space, event)        -> space            the only way in which anything ever changes

No wall clock, no global chance, no I/O and no asyncio below this line. Read core/status.py and rules.py first, then
events, space, life and decide: ten minutes.
"""
