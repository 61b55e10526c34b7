"""Scopes: `Device.Read` and `https://graph.microsoft.com/Device.Read` are one permission in two spellings.

Apps may ask in either. Answers repeat the spelling that was asked for, because MSAL files its tokens under the answer
and would not find them again under the other (msal-recipes 3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from romekit.cloud.identity.problems import refuse

GRAPH: Final = "https://graph.microsoft.com"
_PREFIX: Final = re.compile(f"^({GRAPH}|00000003-0000-0000-c000-000000000000)/")
DEFAULT: Final = ".default"
#: More spellings than there are permissions, and few enough to be written down for anybody who asks.
MOST: Final = 50

#: What each permission lets an app do, in the words of a consent page (dossier 6).
GRAPH_SCOPES: Final = {
    "Device.Read": ("Read your devices", "See the list of your devices: names, makes and whether they are online."),
    "Device.Command": ("Communicate with your devices", "Open addresses on your devices and talk to the apps on them."),
    "User.Read": ("Read your profile", "See your name and the address you sign in with."),
}
WORDS: Final = GRAPH_SCOPES | {
    "openid": ("Sign you in", "Know that it is you."),
    "profile": ("View your basic profile", "See your name and the address you sign in with."),
    "email": ("View your email address", "See the address you sign in with."),
    "offline_access": ("Stay signed in", "Keep the access you give it until you take it back."),
}
_BY_LOWER: Final = {name.lower(): name for name in (*WORDS, DEFAULT)}


@dataclass(frozen=True, slots=True)
class Scopes:
    """Scopes as they were asked for, and which permissions these are by their short names."""

    asked: str
    names: frozenset[str]

    def answered(self, spelling: str) -> str:
        """The `scope` of a token answer, in the spelling "asked", "short" or "full"; never with offline_access."""
        asked = [each for each in self.asked.split() if _short(each) != "offline_access"]
        if spelling == "asked":
            return " ".join(asked)
        names, is_full = [_short(each) for each in asked], spelling == "full"
        return " ".join(f"{GRAPH}/{name}" if is_full and name in GRAPH_SCOPES else name for name in names)


def scopes_of(asked: str, audience: str = "any") -> Scopes:
    names, spelled = set(), list(dict.fromkeys(asked.split()))
    if len(spelled) > MOST:
        raise refuse("unreadable", why=f"it asks for {len(spelled)} scopes; at most {MOST} are looked at")
    for each in spelled:
        name = _short(each)
        if name not in WORDS and name != DEFAULT:
            raise refuse("bad_scope", scope=each, why=f"; there are {', '.join(WORDS)}")
        names.add(name)
    if DEFAULT in names:
        if audience == "personal":
            raise refuse("bad_scope", scope=f"{GRAPH}/{DEFAULT}", why=" for personal accounts: name the scopes")
        names |= set(GRAPH_SCOPES)
    return Scopes(" ".join(spelled), frozenset(names))


def _short(scope: str) -> str:
    return _BY_LOWER.get(_PREFIX.sub("", scope.lower()), scope)
