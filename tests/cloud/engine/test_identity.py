"""What always holds of the identity provider's space, whatever is asked of it and in whatever order."""

from functools import partial
from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from romekit.cloud.engine.events import Event, SpaceOpened
from romekit.cloud.engine.identity import browser, device, tokens
from romekit.cloud.engine.identity.state import IDENTITY_RULES, NOBODY, CodeState, Identity, digest
from romekit.cloud.engine.rules import next_due
from romekit.core.errors import WorldError
from tests.cloud.engine.spaces import as_text, from_text

SCOPES = frozenset({"Device.Read", "offline_access"})
PEOPLE = ("alex", "sam")
APP = {"client": "app", "scope": "Device.Read offline_access"}
ANY = {"client": "app", "audience": "any", "refresh_lifetime": 1e6}


def issue(name: str) -> partial:
    codes = {"device_code": f"device-{name}", "user_code": f"USER{name}"}
    return partial(device.issue_device_code, **codes, **APP, audience="personal", lifetime=900, interval=5)


def approve(name: str, person: str, account: str = "personal") -> partial:
    return partial(device.approve, user_code=f"USER{name}", person=person, account=account, scopes=SCOPES)


def redeem(name: str, token: str, **more: Any) -> partial:
    return partial(device.redeem_device_code, code=f"device-{name}", refresh_token=token, **ANY, **more)


def agree(name: str, person: str) -> partial:
    who = {"person": person, "account": "personal", "audience": "personal", "scopes": SCOPES, "nonce": ""}
    back = {"redirect_uri": "http://localhost", "challenge": browser.challenge_of("verifier")}
    return partial(browser.issue_authorization_code, code=f"code-{name}", lifetime=600, **APP, **who, **back)


def fetch(name: str, token: str) -> partial:
    back = {"redirect_uri": "http://localhost", "verifier": "verifier"}
    return partial(browser.redeem_authorization_code, code=f"code-{name}", refresh_token=token, **back, **ANY)


def renew(token: str, fresh: str, *, rotate: bool = True) -> partial:
    return partial(
        tokens.renew, refresh_token=token, fresh_token=fresh, scope="", scopes=frozenset(), rotate=rotate, **ANY
    )


class Run:
    """A space, its history, and what was answered."""

    def __init__(self) -> None:
        self.identity: Identity = NOBODY
        self.events: list[Event] = []
        self.verdicts: list[tuple[partial, tokens.IdentityDecision]] = []
        self.now = 0.0

    def ask(self, request: partial, later: float = 0.0) -> tokens.IdentityDecision:
        self.now += later
        self.identity, events = IDENTITY_RULES.due(self.identity, self.now)
        verdict = request()(self.identity, self.now)
        for event in verdict.events:
            self.identity = IDENTITY_RULES.evolve(self.identity, event)
        self.events += [*events, *verdict.events]
        self.verdicts.append((request, verdict))
        return verdict


NAMES = st.sampled_from("abc")
WHO = st.sampled_from(PEOPLE)
TOKENS = st.sampled_from([f"token-{number}" for number in range(6)])
REQUESTS = st.one_of(
    st.builds(issue, NAMES),
    st.builds(approve, NAMES, WHO, st.sampled_from(["personal", "work"])),
    st.builds(lambda name: partial(device.decline, user_code=f"USER{name}"), NAMES),
    st.builds(agree, NAMES, WHO),
    st.builds(lambda person: partial(tokens.revoke, person=person), WHO),
    st.builds(renew, TOKENS, st.just(""), rotate=st.booleans()),
    st.builds(redeem, NAMES, st.just(""), enforce_interval=st.booleans()),
    st.builds(fetch, NAMES, st.just("")),
)
FRESH_FIELD = {
    tokens.renew: "fresh_token",
    device.redeem_device_code: "refresh_token",
    browser.redeem_authorization_code: "refresh_token",
}
STEPS = st.lists(st.tuples(REQUESTS, st.sampled_from([0.0, 1.0, 100.0, 500.0, 1000.0])), max_size=40)


def played(steps: list[tuple[partial, float]]) -> Run:
    """A run in which every new token has a name of its own, and no secret is ever issued twice."""
    run, number, issued = Run(), 0, set()
    for request, later in steps:
        field = FRESH_FIELD.get(request.func)
        if field is not None:
            request = partial(request, **{field: f"token-{number}"})
            number += 1
        secret = request.keywords.get("device_code") or request.keywords.get("code")
        if request.func in (device.issue_device_code, browser.issue_authorization_code):
            if secret in issued:
                continue
            issued.add(secret)
        run.ask(request, later)
    return run


@settings(max_examples=200)
@given(STEPS)
def test_each_code_is_honoured_once_for_who_agreed_and_the_history_has_no_secret(steps) -> None:
    run, agreed, honoured = played(steps), {}, []
    for request, verdict in run.verdicts:
        if request.func in (device.approve, browser.issue_authorization_code) and verdict.problem is None:
            agreed[verdict.id] = request.keywords["person"]
        if verdict.grant and request.func in (device.redeem_device_code, browser.redeem_authorization_code):
            assert verdict.grant.person == agreed[verdict.id]
            honoured.append(verdict.id)
    assert len(honoured) == len(set(honoured))
    times, history = [event.at for event in run.events], as_text(run.events)
    assert times == sorted(times)
    assert not any(secret in history for secret in ("device-", "code-a", "code-b", "code-c", "token-"))
    assert from_text(history) == run.events
    assert IDENTITY_RULES.fold(from_text(history)) == run.identity
    open_codes = run.identity.codes.values()
    assert [*chain(*run.identity.agenda)] == sorted(code.planned for code in open_codes if code.planned)


@settings(max_examples=100)
@given(STEPS, st.lists(st.floats(0, 2000), max_size=5))
def test_looking_in_between_changes_nothing(steps: list[tuple[partial, float]], looks: list[float]) -> None:
    run = played(steps)
    end = run.now + 3000
    often = run.identity
    for look in sorted(looks):
        often, _ = IDENTITY_RULES.due(often, run.now + look)
    assert IDENTITY_RULES.due(often, end)[0] == IDENTITY_RULES.due(run.identity, end)[0]


def test_a_code_that_nobody_uses_runs_out_by_itself_and_a_user_code_is_given_out_once() -> None:
    run = Run()
    run.ask(issue("a"))
    assert run.ask(partial(issue("a"), device_code="another")).problem is tokens.Denial.TAKEN
    run.ask(issue("b"), 100)
    assert next_due(run.identity) == 900
    identity, events = IDENTITY_RULES.due(run.identity, 2000)
    assert [event.at for event in events] == [900, 1000]
    assert {code.state for code in identity.codes.values()} == {CodeState.EXPIRED}
    assert next_due(identity) is None


def test_nothing_is_due_for_a_code_that_was_used_and_a_space_stays_what_it_was_when_it_is_built_upon() -> None:
    run = Run()
    run.ask(issue("a"))
    before = run.identity
    for request in (approve("a", "alex"), redeem("a", "t")):
        run.ask(request)
    assert next_due(run.identity) is None
    assert before.codes[digest("device-a")].state is CodeState.PENDING


def test_consent_is_noted_once_and_revoking_takes_it_back() -> None:
    run = Run()
    for name in "ab":
        run.ask(issue(name))
        run.ask(approve(name, "alex"))
    assert [event.kind for event in run.events].count("consent_given") == 1
    assert run.identity.consent("alex", "app") == SCOPES
    run.ask(agree("a", "alex"))
    assert [run.identity.consent(*each) for each in (("alex", "another app"), ("sam", "app"))] == [frozenset()] * 2
    run.ask(partial(tokens.revoke, person="alex"))
    assert run.identity.consent("alex", "app") == frozenset()


def test_what_belongs_to_another_kind_of_space_is_refused() -> None:
    with pytest.raises(WorldError):
        IDENTITY_RULES.evolve(NOBODY, SpaceOpened(at=0, seed="", account=""))


def test_codes_that_were_over_long_ago_are_forgotten_and_those_of_late_are_not() -> None:
    identity, now = NOBODY, 0.0
    for number in range(2000):
        now += 30.0
        for event in IDENTITY_RULES.due(identity, now)[1]:
            identity = IDENTITY_RULES.evolve(identity, event)
        for event in issue(f"code {number}")()(identity, now).events:
            identity = IDENTITY_RULES.evolve(identity, event)
    assert len(identity.codes) == len(identity.user_codes) < 500
    assert identity.codes[digest("device-code 1999")].state is CodeState.PENDING
