"""The engine: a space is a pure function of its events.

    decide(space, request, now) -> answer, events     somebody asked for something
    due(space, now)             -> events             time passed: commands moved, were answered, ran out
    evolve(space, event)        -> space              the only way anything ever changes

No wall clock, no global chance, no I/O and no asyncio below this line. Read status.py first, then events, devices,
life and decide: ten minutes.
"""
