"""Rows: addresses and refusals of the identity provider.

ENTRA is Microsoft's table of AADSTS numbers: docs/identity-platform/reference-error-codes.md in
MicrosoftDocs/entra-docs at commit 04f65548, read for
these rows. A number that is not in it has grade G. A table, so longer than a module should be.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tests.witnesses.row import ENTRA, RECIPES, Row, shown

IDENTITY: Final = "stub/test_identity.py::test_"
BROWSER: Final = "stub/test_identity_browser.py::test_"
REFRESH: Final = "stub/test_identity_refresh.py::test_"
WRONG: Final = "stub/test_identity_discovery.py::test_a_wrong_request_for_tokens_is_refused_as_microsoft_does"
FORM: Final = "stub/test_identity_discovery.py::test_a_form_that_is_no_form_is_refused"
APPS_MISTAKE: Final = f"{BROWSER}a_mistake_of_the_app_goes_back_to_it"
VERIFIER: Final = f"{BROWSER}a_wrong_verifier_gets_nothing_and_spoils_nothing"

ENDPOINTS: Final[list[Row]] = [
    *shown(
        "sign-in endpoint",
        "9.1",
        "D",
        (f"{IDENTITY}msal_signs_a_person_in_with_a_device_code", f"{IDENTITY}a_device_flow_says_what_microsoft_says"),
        {"POST /{tenant}/oauth2/v2.0/devicecode": "begins a device flow"},
    ),
    *shown(
        "sign-in endpoint",
        "9.1",
        "D",
        (
            f"{IDENTITY}msal_signs_a_person_in_with_a_device_code",
            f"{REFRESH}msal_renews_silently_and_gets_a_new_refresh_token",
        ),
        {"POST /{tenant}/oauth2/v2.0/token": "a code or a refresh token in, tokens out"},
    ),
    *shown(
        "sign-in endpoint",
        "9.1",
        "D",
        f"{BROWSER}msal_signs_a_person_in_through_the_browser",
        {"GET, POST /{tenant}/oauth2/v2.0/authorize": "the browser flow"},
    ),
    *shown(
        "sign-in endpoint",
        "9.1",
        "D",
        f"{BROWSER}signing_out_says_so_and_redirects_nowhere",
        {"GET /{tenant}/oauth2/v2.0/logout": "there is no session to end, so it only says so"},
    ),
    *shown(
        "sign-in endpoint",
        "9.6",
        "C",
        (
            "stub/test_identity_discovery.py::test_the_discovery_document_has_every_documented_field",
            "stub/test_identity_discovery.py::test_each_tenant_names_its_issuer",
        ),
        {"GET /{tenant}/v2.0/.well-known/openid-configuration": "where everything is"},
    ),
    *shown(
        "sign-in endpoint",
        "9.6",
        "C",
        (
            f"{IDENTITY}an_id_token_is_signed_with_the_published_key",
            "stub/test_identity_discovery.py::test_only_one_key_is_ever_made",
        ),
        {"GET /{tenant}/discovery/v2.0/keys": "the public keys"},
    ),
    *shown(
        "sign-in endpoint",
        RECIPES,
        "X",
        "stub/test_identity_discovery.py::test_msal_may_ask_for_instance_discovery",
        {"GET /common/discovery/instance": "this host is a cloud of its own"},
    ),
    *shown(
        "sign-in endpoint",
        "9.2",
        "U",
        "stub/test_identity_pages.py::test_a_person_types_the_code_picks_an_account_and_allows_the_app",
        {"GET, POST /link": "where a person types the code; its pages are ours"},
    ),
    *shown(
        "sign-in endpoint",
        "9.3",
        "D",
        "stub/test_identity_pages.py::test_an_error_number_is_explained",
        {"GET /error": "what an AADSTS number means; its page is ours"},
    ),
]

DEVICE_CODE: Final[list[Row]] = [
    *shown(
        "sign-in error",
        "9.3",
        "D",
        (f"{IDENTITY}a_refusal_is_told_in_microsofts_form", f"{IDENTITY}a_device_code_runs_out"),
        {"pending": "authorization_pending, 70016: not yet"},
    ),
    *shown(
        "sign-in error",
        "8.2",
        "X",
        f"{IDENTITY}an_eager_app_is_told_to_slow_down_where_the_interval_is_enforced",
        {"slow_down": "slow_down, 70016: RFC 8628 has the word, MSAL hears it; the number is ours [I]"},
    ),
    *shown(
        "sign-in error",
        "9.3",
        "I",
        f"{IDENTITY}a_declined_sign_in_gets_nothing",
        {"declined": "authorization_declined [D], 65004 which fits by its meaning"},
    ),
    *shown(
        "sign-in error",
        "9.3",
        "D",
        (f"{IDENTITY}a_device_code_is_honoured_once", f"{IDENTITY}an_unknown_device_code_is_refused"),
        {"bad_device_code": "bad_verification_code, 70018: not known, or used"},
    ),
    *shown(
        "sign-in error",
        "9.3",
        "D",
        f"{IDENTITY}a_device_code_runs_out",
        {"device_code_expired": "expired_token, 70019: after 900 seconds"},
    ),
]

BROWSERS: Final[list[Row]] = [
    *shown(
        "sign-in error",
        "9.3",
        "I",
        f"{BROWSER}msal_hears_that_the_person_said_no",
        {"denied": "access_denied as in RFC 6749, 65004 which fits by its meaning"},
    ),
    *shown(
        "sign-in error",
        ENTRA,
        "D",
        APPS_MISTAKE,
        {
            "bad_response_type": "unsupported_response_type, 700054: only code",
            "bad_response_mode": "invalid_request, 70007: query or form_post",
            "nobody_signed_in": "login_required, 50058: prompt=none",
        },
    ),
    *shown("sign-in error", "9.3", "G", APPS_MISTAKE, {"no_pkce": "invalid_request, 9002325: S256 is required"}),
    *shown(
        "sign-in error",
        ENTRA,
        "D",
        "store/test_full_disk.py::test_a_sign_in_is_told_so_too_and_works_again_when_there_is_room",
        {"not_kept": "temporarily_unavailable, 90033: HTTP 503, nothing was done"},
    ),
    *shown(
        "sign-in error",
        ENTRA,
        "D",
        f"{BROWSER}no_other_address_is_ever_redirected_to",
        {"bad_redirect": "invalid_request, 50011: on a page, never redirected"},
    ),
    *shown(
        "sign-in error",
        "9.3",
        "D",
        (
            f"{BROWSER}a_code_is_redeemed_once_and_the_second_time_ends_the_sign_in",
            f"{BROWSER}msal_signs_a_person_in_through_the_browser",
        ),
        {"code_redeemed": "invalid_grant, 54005: a code is good once"},
    ),
    *shown(
        "sign-in error",
        ENTRA,
        "D",
        VERIFIER,
        {"bad_verifier": "invalid_grant, 501481: not the one that the code was asked for with"},
    ),
    *shown(
        "sign-in error",
        "9.3",
        "G",
        VERIFIER,
        {
            "other_redirect": "invalid_grant, 500112: not the address that the code was sent to",
            "other_client": "invalid_grant, 70000, client_mismatch: another app's",
        },
    ),
]

GRANTS: Final[list[Row]] = [
    *shown(
        "sign-in error",
        "9.3",
        "D",
        (VERIFIER, f"{REFRESH}an_unknown_refresh_token_is_refused"),
        {"bad_code": "invalid_grant, 70000: no such code or refresh token"},
    ),
    *shown(
        "sign-in error",
        "9.3",
        "D",
        (f"{BROWSER}a_code_runs_out_after_ten_minutes", f"{REFRESH}a_refresh_token_nobody_used_runs_out"),
        {"code_expired": "invalid_grant, 70008: too old"},
    ),
    *shown(
        "sign-in error",
        "9.3",
        "I",
        f"{REFRESH}a_refresh_token_shown_twice_ends_the_sign_in",
        {"token_reused": "invalid_grant, 70000 [D], bad_token: a sign of theft, so the whole sign-in is void"},
    ),
    *shown(
        "sign-in error",
        ENTRA,
        "D",
        (f"{REFRESH}a_revoked_person_has_to_sign_in_again", f"{BROWSER}a_code_from_before_a_revocation_is_void"),
        {"revoked": "invalid_grant, 50173: taken back by its person"},
    ),
    *shown(
        "sign-in error",
        "9.3",
        "D",
        f"{REFRESH}a_scope_nobody_allowed_needs_consent",
        {"no_consent": "invalid_grant, 65001, consent_required: not allowed yet"},
    ),
    *shown(
        "sign-in error",
        ENTRA,
        "D",
        f"{IDENTITY}a_work_account_is_refused_at_consumers_even_with_a_code_from_common",
        {"work_account": "invalid_grant, 50020: a work account at consumers"},
    ),
    *shown(
        "sign-in error",
        "9.3",
        "G",
        f"{IDENTITY}a_personal_account_is_refused_by_an_organization_even_with_a_code_from_common",
        {"personal_account": "invalid_grant, 500200: a personal account at organizations"},
    ),
]

REQUESTS: Final[list[Row]] = [
    *shown("sign-in error", ENTRA, "D", WRONG, {"missing": "invalid_request, 900144: a parameter is not there"}),
    *shown("sign-in error", "9.3", "G", FORM, {"repeated": "invalid_request, 9000411: a parameter is there twice"}),
    *shown(
        "sign-in error",
        "9.3",
        "I",
        FORM,
        {"unreadable": "invalid_request, 900561: too large, or too many fields; Microsoft's 900561 is a wrong verb"},
    ),
    *shown(
        "sign-in error",
        ENTRA,
        "D",
        "stub/test_identity_discovery.py::test_a_tenant_that_does_not_exist_is_named",
        {"no_tenant": "invalid_request, 90002: no such tenant"},
    ),
    *shown(
        "sign-in error",
        ENTRA,
        "D",
        (WRONG, "stub/test_identity_discovery.py::test_a_settled_list_of_apps_keeps_others_out"),
        {"no_client": "unauthorized_client, 700016: an app that is not registered"},
    ),
    *shown(
        "sign-in error",
        "9.3",
        "D",
        WRONG,
        {
            "secret_needed": "invalid_client, 401, 7000218: an app that acts for itself",
            "no_grant_type": "unsupported_grant_type, 70003",
        },
    ),
    *shown(
        "sign-in error",
        ENTRA,
        "D",
        WRONG,
        {"secret_refused": "invalid_client, 700025: a public app has no secret"},
    ),
    *shown(
        "sign-in error",
        "9.3",
        "D",
        (WRONG, "stub/test_identity_discovery.py::test_scopes_that_do_not_exist_for_personal_accounts_are_refused"),
        {"bad_scope": "invalid_scope, 70011: unknown, or .default with a personal account"},
    ),
]

#: Each refusal is met by a test of its own; that word, number and status are Microsoft's, one test shows for all.
WORDS: Final = "stub/test_identity_problems.py::test_the_words_and_numbers_of_refusals_are_microsofts"
REFUSALS: Final = [
    replace(row, witnesses=(*row.witnesses, WORDS)) for row in (*DEVICE_CODE, *BROWSERS, *GRANTS, *REQUESTS)
]
ROWS: Final = [*ENDPOINTS, *REFUSALS]
