"""Rows: headers of answers, of requests, of updates that are posted, and of sign-in. A table, so rather long."""

from __future__ import annotations

from typing import Final

from tests.witnesses.row import OURS, Row, shown

EVERY: Final = "stub/test_graph.py::test_every_answer_carries_graphs_headers"
CAPTURED: Final = "stub/test_graph.py::test_every_answer_carries_the_constant_headers_that_were_captured"
PREFLIGHT: Final = "stub/test_metadata.py::test_a_browser_may_ask_before_it_sends_a_token"
SIGNED: Final = "stub/test_postback.py::test_an_update_is_signed_with_the_secret_the_sender_was_given"
PAGES: Final = "stub/test_identity_pages.py::test_every_page_is_locked_down"
WAITING: Final = "stub/test_holding.py::test_waiting_jumps_from_change_to_change_on_virtual_time"
KNOWN: Final = "stub/test_holding.py::test_what_the_client_has_already_is_not_sent_again"

ANSWERED: Final[list[Row]] = [
    *shown(
        "header",
        "4.7",
        "C",
        EVERY,
        {
            "Content-Type": "JSON with minimal metadata, as it was captured",
            "Date": "when it was answered, by this cloud's clock",
            "OData-Version": "4.0",
            "Strict-Transport-Security": "as it was captured",
            "x-ms-ags-diagnostic": "which server it was",
            "request-id": "a GUID of this request alone",
        },
    ),
    *shown(
        "header",
        "4.7",
        "C",
        (EVERY, "stub/test_graph.py::test_without_a_client_request_id_it_equals_the_request_id"),
        {"client-request-id": "what the client called its request, else the request-id"},
    ),
    *shown(
        "header",
        "4.7",
        "C",
        CAPTURED,
        {
            "Cache-Control": "private",
            "Access-Control-Allow-Origin": "pages on the web may read it",
            "Access-Control-Expose-Headers": "what of it they may read",
        },
    ),
    *shown(
        "header",
        "4.7",
        "C",
        "stub/test_graph.py::test_a_sent_command_has_a_location_and_an_id_of_the_documented_shape",
        {"Location": "where the command can be read; captured with a notification"},
    ),
    *shown(
        "header",
        "7.2",
        "D",
        (
            "stub/test_graph.py::test_throttling_is_answered_as_the_documentation_prints_it",
            "stub/test_faults.py::test_a_refused_request_is_answered_in_graphs_words_and_does_nothing",
            "stub/test_hints.py::test_an_unfinished_command_says_when_to_ask_again_if_that_is_switched_on",
        ),
        {"Retry-After": "seconds, perhaps with a fraction; with a status only as an extension that is off by default"},
    ),
    *shown(
        "header",
        "7.1",
        "D",
        "stub/test_graph.py::test_who_brings_no_token_is_told_as_graph_tells_it",
        {"WWW-Authenticate": "where a token is to be had, with every 401 that no fault made"},
    ),
    *shown(
        "header",
        "7.1",
        "I",
        (
            "stub/test_graph.py::test_a_verb_the_metadata_does_not_allow_is_refused",
            "stub/test_metadata.py::test_options_tells_the_verbs_of_a_path",
        ),
        {"Allow": "the verbs there are, with a 405, as HTTP wants it"},
    ),
    *shown(
        "header",
        OURS,
        "I",
        (
            "stub/test_holding.py::test_a_command_has_an_etag_that_changes_with_its_status",
            "stub/test_holding.py::test_an_accepted_command_has_its_etag_already",
        ),
        {"ETag": "changes whenever the command does"},
    ),
    *shown("header", OURS, "I", WAITING, {"Preference-Applied": "the wish to wait was heard (RFC 7240)"}),
    *shown(
        "header",
        OURS,
        "I",
        PREFLIGHT,
        {
            "Access-Control-Allow-Methods": "the verbs there are, for a browser",
            "Access-Control-Allow-Headers": "the headers a browser may send",
            "Access-Control-Max-Age": "how long it may remember that",
        },
    ),
    *shown("header", OURS, "I", SIGNED, {"X-Romekit-PostBack-Secret": "what updates are signed with"}),
]

ASKED: Final[list[Row]] = [
    *shown(
        "header",
        "6",
        "D",
        (
            "stub/test_graph.py::test_who_brings_no_token_is_told_as_graph_tells_it",
            "stub/test_graph.py::test_each_operation_needs_its_own_scope",
        ),
        {"request: authorization": "Bearer and a token of a personal account"},
    ),
    *shown(
        "header",
        "7.5",
        "D",
        EVERY,
        {"request: client-request-id": "the client's name for its request"},
    ),
    *shown(
        "header",
        "4.2",
        "D",
        "stub/test_graph.py::test_a_body_that_cannot_be_taken_is_refused_clearly",
        {"request: content-type": "application/json"},
    ),
    *shown(
        "header",
        OURS,
        "I",
        "stub/test_graph.py::test_a_body_is_not_unpacked_and_one_that_would_have_to_be_is_refused",
        {"request: content-encoding": "identity, or nothing: bodies are not unpacked (RFC 9110, 8.4)"},
    ),
    *shown(
        "header",
        "4.7",
        "G",
        "stub/test_graph.py::test_metadata_is_added_for_who_asks_for_it",
        {"request: accept": "odata.metadata=minimal or full adds @odata.context"},
    ),
    *shown(
        "header",
        "7.3",
        "D",
        "stub/test_odata.py::test_the_link_to_the_next_page_is_absolute_and_keeps_all_options",
        {"request: host": "where absolute addresses lead to"},
    ),
    *shown("header", OURS, "I", KNOWN, {"request: if-none-match": "the ETag that the client has already"}),
    *shown(
        "header",
        OURS,
        "I",
        (WAITING, "stub/test_holding.py::test_waiting_ends_when_the_time_is_up_and_nothing_has_changed"),
        {"request: prefer": "wait=20: hold the answer until something changes (RFC 7240)"},
    ),
    *shown("header", OURS, "I", PREFLIGHT, {"request: access-control-request-headers": "a browser's question"}),
]

POSTED: Final[list[Row]] = [
    *shown(
        "header",
        OURS,
        "I",
        SIGNED,
        {
            "update: Content-Type": "JSON",
            "update: X-Romekit-Signature": "when it was posted, and the HMAC of that and the body",
            "update: X-Romekit-Sequence": "which transition it is; a repeat has the number it had",
        },
    ),
    *shown(
        "header",
        OURS,
        "I",
        "stub/test_postback.py::test_updates_come_at_the_time_of_the_transition_however_long_one_waits_at_once",
        {"update: X-Romekit-Timestamp": "when the transition happened"},
    ),
    *shown(
        "header",
        OURS,
        "I",
        "stub/test_postback.py::test_a_repeated_request_is_one_command_and_is_told_once",
        {"update: client-request-id": "of the request that sent the command"},
    ),
    *shown(
        "header",
        OURS,
        "I",
        "stub/test_postback.py::test_a_call_of_an_app_service_is_told_as_well_and_says_where_to",
        {"update: User-Agent": "romekit-post-back"},
    ),
    *shown(
        "header",
        OURS,
        "I",
        "stub/test_postback.py::test_a_name_is_looked_up_once_and_the_connection_goes_to_what_was_checked",
        {"update: Host": "the name in the postBackUri, though the connection goes to an address"},
    ),
]

SIGN_IN: Final[list[Row]] = [
    *shown(
        "header",
        "9.3",
        "D",
        "stub/test_identity.py::test_a_refusal_is_told_in_microsofts_form",
        {"sign-in request: client-request-id": "comes back as correlation_id"},
    ),
    *shown(
        "header",
        "9.4",
        "G",
        "stub/test_identity.py::test_a_pending_answer_never_says_retry_after",
        {"sign-in: Cache-Control": "no-store: nobody keeps tokens", "sign-in: Pragma": "the same for HTTP/1.0"},
    ),
    *shown(
        "header",
        "8.2",
        "X",
        "stub/test_identity_browser.py::test_msal_may_have_its_answer_in_the_query",
        {"sign-in: Location": "back to the app with a code or an error"},
    ),
    *shown(
        "header",
        OURS,
        "I",
        PAGES,
        {
            "sign-in: Content-Security-Policy": "each page allows what it needs and nothing else",
            "sign-in: Referrer-Policy": "no-referrer",
            "sign-in: X-Content-Type-Options": "nosniff",
        },
    ),
    *shown(
        "header",
        OURS,
        "I",
        "stub/test_identity_pages.py::test_the_cookie_is_out_of_reach_of_scripts_and_other_sites",
        {"sign-in: Set-Cookie": "belongs to the token in each form"},
    ),
]

ROWS: Final = [*ANSWERED, *ASKED, *POSTED, *SIGN_IN]
