"""The data of the API as a notebook imports it: orders, devices, services, and how each profile spells them."""

from __future__ import annotations

from romekit.core.model import (
    ECHO,
    LIVE_2020,
    MODERN,
    PING_PONG,
    RANDOM_NUMBER,
    SKELETON,
    Answer,
    AppService,
    Call,
    Command,
    Device,
    Launch,
    Profile,
)

__all__ = [
    "ECHO",
    "LIVE_2020",
    "MODERN",
    "PING_PONG",
    "RANDOM_NUMBER",
    "SKELETON",
    "Answer",
    "AppService",
    "Call",
    "Command",
    "Device",
    "Launch",
    "Profile",
]
