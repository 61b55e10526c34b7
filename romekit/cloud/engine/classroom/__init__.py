"""A class: who has joined, what each may use, and whether its time stands still. A space of its own kind.

It is not part of the identity provider's space, though students are people there: that space is about codes and tokens
of anybody, this one about one class, and a server without a class pays for none of it. As events it lives in the store,
so every server of that store knows the same students and stops the same clock.
"""
