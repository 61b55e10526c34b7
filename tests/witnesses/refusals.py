"""Rows: what Graph refuses; none of it is documented for this API. A table, so longer than a module should be."""

from __future__ import annotations

from typing import Final

from tests.witnesses.row import OURS, Row, shown

TOKEN: Final = "stub/test_graph.py::test_who_brings_no_token_is_told_as_graph_tells_it"
OPTION: Final = "stub/test_odata.py::test_an_option_that_makes_no_sense_is_refused"
BODY: Final = "stub/test_graph.py::test_a_body_that_cannot_be_taken_is_refused_clearly"
NOT_THERE: Final = "stub/test_graph.py::test_what_is_not_there_is_not_found"
SAME_ID: Final = "stub/test_faults.py::test_the_same_id_for_another_command_is_a_conflict"
CANCEL: Final = "stub/test_graph.py::test_a_command_can_be_cancelled_until_it_is_final"
IN_BATCH: Final = "stub/test_batch.py::test_what_cannot_be_in_a_batch_is_refused_alone"
FAULT: Final = "stub/test_faults.py::test_each_status_of_a_fault_has_graphs_code"
APP: Final = "stub/test_app.py::"

UNAUTHENTICATED: Final[list[Row]] = [
    *shown(
        "error",
        "7.1",
        "G",
        TOKEN,
        {"401 InvalidAuthenticationToken: Access token is empty": "no token; the header with it is documented"},
    ),
    *shown(
        "error",
        "7.1",
        "U",
        (TOKEN, "stub/test_graph.py::test_a_changed_token_is_refused"),
        {
            "401 InvalidAuthenticationToken: CompactToken parsing failed with error code: 80049217": (
                "a token that is none, or was changed"
            )
        },
    ),
    *shown(
        "error",
        "7.1",
        "U",
        "stub/test_graph.py::test_an_expired_token_is_refused_with_its_own_code",
        {
            "401 InvalidAuthenticationToken: CompactToken validation failed with reason code: 80049228": (
                "a personal account's token that has expired"
            )
        },
    ),
    *shown(
        "error",
        "7.1",
        "I",
        "stub/test_graph.py::test_a_token_for_somebody_elses_api_is_refused",
        {
            "401 InvalidAuthenticationToken: Access token validation failure. Invalid audience": (
                "a token for another API; Microsoft's page on it says 403 [D], others 401"
            )
        },
    ),
]

FORBIDDEN: Final[list[Row]] = [
    *shown(
        "error",
        "7.1",
        "U",
        "stub/test_graph.py::test_an_app_without_a_person_is_refused",
        {"400 BadRequest: /me request is only valid with delegated authentication flow": "an app without a person"},
    ),
    *shown(
        "error",
        "7.1",
        "I",
        "stub/test_graph.py::test_a_work_account_is_refused",
        {"403 AccessDenied: Device commands are for personal Microsoft accounts; this is a": "a work account"},
    ),
    *shown(
        "error",
        "7.1",
        "I",
        "stub/test_graph.py::test_nobody_sees_another_persons_things",
        {"403 AccessDenied: Access is denied. Check credentials and try again": "somebody else's name below /users"},
    ),
    *shown(
        "error",
        "7.1",
        "I",
        "stub/test_graph.py::test_each_operation_needs_its_own_scope",
        {
            "403 Authorization_RequestDenied: Insufficient privileges to complete the operation. It needs the": (
                "the token lacks the scope; these words were seen elsewhere in Graph [U]"
            )
        },
    ),
    *shown(
        "error",
        "2.1",
        "I",
        "stub/test_odata.py::test_what_no_permission_grants_is_refused_as_such",
        {
            "403 Authorization_RequestDenied: Insufficient privileges to complete the operation. No": (
                "in the types of the service [M], granted by no permission [M]"
            )
        },
    ),
    *shown(
        "error",
        OURS,
        "I",
        "stub/test_faults.py::test_a_consent_can_be_withdrawn_over_http_and_keys_only_by_the_owner",
        {"403 AccessDenied: New keys concern everybody: only the owner of the cloud can": "a fault for everybody"},
    ),
]

NOT_FOUND: Final[list[Row]] = [
    *shown(
        "error",
        "7.1",
        "U",
        "stub/test_graph.py::test_an_unknown_segment_is_named",
        {"400 BadRequest: Resource not found for the segment '…'": "an address that nothing has"},
    ),
    *shown(
        "error",
        "7.1",
        "U",
        "stub/test_graph.py::test_v1_is_answered_as_the_old_service_did",
        {"400 BadRequest: Resource not found for the segment '…'. Device commands are in": "/v1.0"},
    ),
    *shown(
        "error",
        "7.1",
        "I",
        NOT_THERE,
        {
            "404 itemNotFound: No device has the id …": "no such device",
            "404 itemNotFound: This device has no command with the id …": "no such command, or another device's",
            "404 itemNotFound: any NotFound": "the status of both",
        },
    ),
    *shown(
        "error",
        "5.2",
        "I",
        "stub/test_graph.py::test_before_it_is_answered_a_payload_is_not_found",
        {"404 itemNotFound: There is no response payload: the command …": "not answered yet, or never to be"},
    ),
    *shown(
        "error",
        "7.1",
        "I",
        (
            "stub/test_graph.py::test_a_verb_the_metadata_does_not_allow_is_refused",
            "stub/test_metadata.py::test_the_metadata_can_only_be_read",
        ),
        {"405 notAllowed: … is not allowed here": "the metadata allows insert and read by key only [M]"},
    ),
    *shown(
        "error",
        "7.1",
        "I",
        "stub/test_graph.py::test_a_retired_service_lists_nothing_and_takes_nothing",
        {
            "410 Gone: This API is deprecated and stopped returning data on September": (
                "since 30 September 2020; how it refuses is not documented"
            )
        },
    ),
    *shown(
        "error",
        OURS,
        "I",
        APP + "test_where_nothing_is_there_is_a_word_about_where_something_is",
        {"outside BadRequest": "404 or 405 where there is neither Graph nor sign-in"},
    ),
    *shown(
        "error",
        OURS,
        "I",
        APP + "test_a_mistake_of_ours_is_told_as_one_and_is_not_swallowed",
        {"outside generalException": "500 when romekit itself is wrong"},
    ),
]

BODIES: Final[list[Row]] = [
    *shown(
        "error",
        OURS,
        "I",
        "stub/test_graph.py::test_a_body_is_not_unpacked_and_one_that_would_have_to_be_is_refused",
        {"415 BadRequest: The content coding … is not supported. Send the body as it is": "RFC 9110, 15.5.16"},
    ),
    *shown(
        "error",
        "7.1",
        "I",
        BODY,
        {
            "400 BadRequest: The body is not JSON: …": "or JSON that could not be written again",
            "415 BadRequest: The content type … is not supported. Send application/json": "the status is Graph's [D]",
            "413 RequestEntityTooLarge: The body has more than … bytes": "64 KiB, a limit of ours",
        },
    ),
    *shown(
        "error",
        "7.1",
        "I",
        (
            "stub/test_graph.py::test_a_bad_property_is_named_in_the_error",
            "test_model.py::test_a_bad_body_names_the_property_and_the_next_step",
        ),
        {"400 BadRequest: any BadInput": "a property that is missing or wrong; `target` names it"},
    ),
    *shown(
        "error",
        OURS,
        "I",
        "stub/test_faults.py::test_a_fault_that_makes_no_sense_is_refused_by_name",
        {"400 BadRequest: any RomeError": "a fault or a character that does not exist"},
    ),
    *shown(
        "error",
        OURS,
        "I",
        SAME_ID,
        {
            "409 nameAlreadyExists: Another command was sent with this client-request-id": "the same id, another body",
            "409 notAllowed: any Rejected": "the status of both",
        },
    ),
    *shown(
        "error",
        OURS,
        "I",
        CANCEL,
        {"409 notAllowed: The command is … already, too late to cancel it": "only what is not final can be stopped"},
    ),
]

QUERY: Final[list[Row]] = [
    *shown(
        "error",
        "7.1",
        "D",
        (OPTION, "stub/test_odata.py::test_where_no_option_is_taken_none_is_ignored"),
        {"400 BadRequest: The query option '$…' is not supported here": "Graph may also ignore it in silence"},
    ),
    *shown(
        "error",
        "7.1",
        "U",
        "stub/test_odata.py::test_what_this_service_cannot_do_has_an_honest_code",
        {"400 ExpandNotSupported: $expand where it is not taken": "the code was seen elsewhere in Graph"},
    ),
    *shown(
        "error",
        "7.1",
        "U",
        "stub/test_odata.py::test_nothing_else_can_be_expanded",
        {
            "400 ExpandNotSupported: '…' cannot be expanded here. A command has '…', without options": (
                "a command has responsepayload and nothing else"
            )
        },
    ),
    *shown(
        "error",
        "7.1",
        "I",
        "stub/test_odata.py::test_what_this_service_cannot_do_has_an_honest_code",
        {"400 notSupported: $search where it is not taken": "a code of Graph's list [D]; its use here is ours"},
    ),
    *shown(
        "error",
        "7.1",
        "I",
        OPTION,
        {
            "400 BadRequest: The query option '$…' was given twice": "with and without the dollar is twice",
            "400 BadRequest: The query option '$…' is empty": "a filter or a token of nothing",
            "400 BadRequest: The query option '$…' names nothing where it should name a": "name,,id",
            "400 BadRequest: '…' is not an order. Write a property, and asc or desc behind": "name up",
            "400 BadRequest: Invalid value '…' for '$…'. It is an integer, at least …": "$top is at least 1 [D]",
            "400 BadRequest: Invalid value '…' for '$…'. It is true or false": "$count=yes",
        },
    ),
    *shown(
        "error",
        "7.1",
        "I",
        "stub/test_odata.py::test_an_unknown_property_is_named",
        {"400 BadRequest: Could not find a property named '…' on type 'microsoft.graph.…'": "Graph's own words [G]"},
    ),
    *shown(
        "error",
        OURS,
        "I",
        (
            "stub/test_odata.py::test_nothing_is_sorted_by_what_is_always_null",
            "stub/test_filters.py::test_a_property_that_is_always_null_is_not_compared",
        ),
        {"400 BadRequest: '…' is null for every device of a personal account. Only": "a directory's property"},
    ),
    *shown(
        "error",
        "7.1",
        "I",
        "stub/test_filters.py::test_a_wrong_filter_is_refused_with_its_position",
        {"400 BadRequest: Invalid filter clause: … at position …": "a filter that cannot be read"},
    ),
    *shown(
        "error",
        "7.3",
        "I",
        (
            "stub/test_odata.py::test_a_page_token_that_was_changed_is_refused",
            "stub/test_odata.py::test_a_page_token_is_good_for_its_own_query_and_account_only",
        ),
        {"400 BadRequest: The skip token is not one of this query. Follow": "it is opaque [D]"},
    ),
    *shown(
        "error",
        OURS,
        "I",
        "stub/test_changes.py::test_a_token_that_is_none_is_refused",
        {"400 BadRequest: '…' is no delta token of this list. Take it from": "in our own list of changes"},
    ),
]

BATCH: Final[list[Row]] = [
    *shown(
        "error",
        "7.4",
        "D",
        "stub/test_batch.py::test_a_batch_that_cannot_be_read_is_refused_whole",
        {"400 BadRequest: (batch_body)": "more than twenty, an id twice, a dependency on nothing or in a circle"},
    ),
    *shown(
        "error",
        "7.4",
        "I",
        IN_BATCH,
        {
            "400 BadRequest: A batch cannot be inside a batch": "the rule is [D]",
            "400 BadRequest: The url … is not relative to the version of this batch. Write": "the rule is [D]",
            "400 BadRequest: A body needs its own Content-Type among the headers of its": "the rule is [D]",
        },
    ),
    *shown(
        "error",
        "7.4",
        "G",
        "stub/test_batch.py::test_what_depends_on_a_failure_is_not_sent",
        {"424 FailedDependency: Not sent, because … failed, on which it depends": "the status is [D]"},
    ),
]

BUSY: Final[list[Row]] = [
    *shown(
        "error",
        "7.2",
        "D",
        (
            "stub/test_graph.py::test_throttling_is_answered_as_the_documentation_prints_it",
            "stub/test_graph.py::test_limits_are_per_account_and_end_with_the_window",
        ),
        {"429 TooManyRequests: Please retry again later": "throttled; the limits of this API are not documented"},
    ),
    *shown("error", "7.2", "D", FAULT, {"429 TooManyRequests: a fault of 429": "as if throttled"}),
    *shown("error", "7.1", "U", FAULT, {"401 InvalidAuthenticationToken: a fault of 401": "as if expired"}),
    *shown(
        "error",
        "7.1",
        "D",
        FAULT,
        {
            "500 generalException: a fault of 500": "an unspecified error",
            "503 serviceNotAvailable: a fault of 503": "perhaps with Retry-After",
            "504 serviceNotAvailable: a fault of 504": "it may have been done all the same",
        },
    ),
    *shown(
        "error", "7.1", "I", FAULT, {"502 UnknownError: a fault of 502": "not among Graph's statuses; its code is [U]"}
    ),
]

PAGES: Final[list[Row]] = [
    *shown(
        "error",
        OURS,
        "I",
        "stub/test_wall_page.py::test_a_form_from_elsewhere_does_nothing",
        {
            "403 AccessDenied: This page is older than the server. Reload it, then press again": "a button of the wall",
            "400 BadRequest: (wall_page)": "a form of the wall that cannot be read",
        },
    ),
]

ROWS: Final = [*UNAUTHENTICATED, *FORBIDDEN, *NOT_FOUND, *BODIES, *QUERY, *BATCH, *BUSY, *PAGES]
