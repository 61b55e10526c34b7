"""Rows: addresses, query options, successes, statuses and faults. A table, so longer than a module should be."""

from __future__ import annotations

from typing import Final

from tests.witnesses.row import OURS, Row, shown

CLOSED: Final = "stub/test_odata.py::test_what_no_permission_grants_is_refused_as_such"
OPTIONS: Final = (
    "stub/test_odata.py::test_an_option_that_makes_no_sense_is_refused",
    "stub/test_odata.py::test_on_beta_the_dollar_may_be_left_out_and_case_does_not_matter",
)
TOLD: Final = "stub/test_faults.py::test_every_status_can_be_met_over_http"

ROUTES: Final[list[Row]] = [
    *shown(
        "route",
        "2.1",
        "D",
        (
            "stub/test_graph.py::test_the_devices_of_2020_are_listed_as_the_documentation_prints_them",
            "stub/test_graph.py::test_old_and_odd_spellings_of_a_path_are_understood",
        ),
        {"GET /me/devices": "the devices of the signed-in person; needs Device.Read"},
    ),
    *shown(
        "route",
        "2.1",
        "D",
        (
            "stub/test_graph.py::test_a_launch_is_accepted_as_the_documentation_prints_it",
            "stub/test_graph.py::test_a_call_is_accepted_and_echoes_its_own_names",
        ),
        {"POST /me/devices/{device}/commands": "send a command; needs Device.Command"},
    ),
    *shown(
        "route",
        "2.1",
        "D",
        "stub/test_graph.py::test_a_finished_command_reads_as_the_documentation_prints_it",
        {"GET /me/devices/{device}/commands/{command}": "the command as it is now; needs Device.Command"},
    ),
    *shown(
        "route",
        "2.1",
        "D",
        (
            "stub/test_graph.py::test_a_payload_reads_as_the_documentation_prints_it",
            "stub/test_graph.py::test_the_payload_is_found_under_both_spellings",
        ),
        {"GET /me/devices/{device}/commands/{command}/responsepayload": "what the app service answered"},
    ),
    *shown(
        "route",
        "2.2",
        "M",
        "stub/test_odata.py::test_the_devices_can_be_counted_without_being_listed",
        {"GET /me/devices/$count": "how many devices; the SDK can ask for it"},
    ),
    *shown(
        "route",
        "2.1",
        "M",
        "stub/test_odata.py::test_every_route_has_a_twin_below_users",
        {"/users/{id or UPN}/…": "one's own things by one's own name, for every address below /me"},
    ),
    *shown(
        "route",
        "7.4",
        "D",
        "stub/test_batch.py::test_each_request_is_answered_as_if_it_had_come_alone",
        {"POST /$batch": "up to twenty requests in one"},
    ),
    *shown(
        "route",
        "3",
        "M",
        "stub/test_metadata.py::test_the_types_of_this_api_are_described",
        {"GET /$metadata": "the types of this API in CSDL; needs no token"},
    ),
    *shown(
        "route",
        "2",
        "U",
        "stub/test_graph.py::test_v1_is_answered_as_the_old_service_did",
        {"/v1.0/…": "this API was in beta only: 400 for everything"},
    ),
    *shown(
        "route",
        "4.7",
        "I",
        "stub/test_metadata.py::test_a_browser_may_ask_before_it_sends_a_token",
        {"OPTIONS …": "a browser's question before its request; that pages were answered is captured, this is not"},
    ),
    *shown(
        "route",
        "2.1",
        "I",
        CLOSED,
        {
            "(closed) /me/devices/{device}": "in the types, granted by no permission: 403",
            "(closed) /devices": "a directory's, not a person's: 403",
            "(closed) /devices/{device}": "a directory's, not a person's: 403",
            "(closed) /devices/{device}/commands": "a directory's, not a person's: 403",
            "(closed) /devices/{device}/commands/{command}": "a directory's, not a person's: 403",
            "(closed) /devices/{device}/commands/{command}/responsepayload": "a directory's, not a person's: 403",
            "(closed) /commands": "an entity set of the SDK, granted by no permission: 403",
            "(closed) /commands/{command}": "an entity set of the SDK, granted by no permission: 403",
            "(closed) /commands/{command}/responsepayload": "an entity set of the SDK, granted by no permission: 403",
            "(closed) /payloadresponse": "an entity set of the SDK, granted by no permission: 403",
            "(closed) /payloadresponse/{payload}": "an entity set of the SDK, granted by no permission: 403",
        },
    ),
    *shown(
        "route",
        OURS,
        "I",
        (
            "stub/test_graph.py::test_the_history_tells_every_move_with_its_cause",
            "stub/test_graph.py::test_a_line_of_the_history_and_a_deed_have_these_properties",
        ),
        {"GET /me/romekit.history": "every change of status, with its cause"},
    ),
    *shown(
        "route",
        OURS,
        "I",
        "stub/test_graph.py::test_a_line_of_the_history_and_a_deed_have_these_properties",
        {"GET /me/romekit.deeds": "what the devices really did"},
    ),
    *shown(
        "route",
        OURS,
        "I",
        (
            "stub/test_changes.py::test_each_answer_says_where_the_next_one_begins",
            "stub/test_changes.py::test_one_held_question_covers_every_command",
        ),
        {"GET /me/romekit.changes": "the commands that changed since an earlier answer; held while there are none"},
    ),
    *shown(
        "route",
        OURS,
        "I",
        "stub/test_graph.py::test_a_command_can_be_cancelled_until_it_is_final",
        {"POST /me/devices/{device}/commands/{command}/romekit.cancel": "stop it, if there is time"},
    ),
    *shown(
        "route",
        OURS,
        "I",
        "stub/test_graph.py::test_a_device_can_be_put_to_sleep_and_then_drops_what_comes",
        {"POST /me/devices/{device}/romekit.presence": "wake a device, put it to sleep, take it offline"},
    ),
    *shown(
        "route",
        OURS,
        "I",
        (
            "stub/test_wall.py::test_a_card_of_the_wall_has_these_properties",
            "stub/test_wall.py::test_the_etag_changes_when_anything_that_is_shown_does_and_only_then",
        ),
        {"GET /me/romekit.wall": "what every device shows; held while nothing changes"},
    ),
    *shown(
        "route",
        OURS,
        "I",
        "stub/test_wall.py::test_an_app_can_be_removed_over_http_and_put_back",
        {"POST /me/devices/{device}/romekit.apps": "install an app, or remove it"},
    ),
    *shown(
        "route",
        OURS,
        "I",
        "stub/test_faults.py::test_a_personality_can_be_chosen_over_http",
        {"POST /me/devices/{device}/romekit.personality": "give a device another character"},
    ),
    *shown(
        "route",
        OURS,
        "I",
        "stub/test_faults.py::test_faults_can_be_set_over_http",
        {
            "POST /me/romekit.fault": "make something go wrong",
            "POST /me/romekit.clearfaults": "let nothing go wrong any more",
        },
    ),
    *shown(
        "route",
        OURS,
        "I",
        "stub/test_openapi.py::test_the_contract_is_served_to_everybody_in_the_casing_of_the_server",
        {"GET /romekit/openapi.json": "the contract of this server; not below /beta, needs no token"},
    ),
    *shown(
        "route",
        OURS,
        "I",
        (
            "stub/test_wall_page.py::test_a_person_picks_whose_devices_to_look_at_and_sees_them",
            "stub/test_wall_page.py::test_the_policy_allows_this_page_its_own_style_and_script_and_nothing_else",
        ),
        {"GET, POST /wall": "a page: what every device of an account shows"},
    ),
    *shown(
        "route",
        OURS,
        "I",
        "stub/test_wall_page.py::test_the_page_is_told_what_has_changed_and_304_otherwise",
        {"GET /wall/now": "the same for the page's script, held while nothing changes"},
    ),
    *shown(
        "route",
        OURS,
        "I",
        "stub/test_wall_page.py::test_a_button_wakes_a_device_puts_it_to_sleep_or_takes_it_offline",
        {"POST /wall/do": "what its buttons do; a form with its token and cookie"},
    ),
]

QUERY: Final[list[Row]] = [
    *shown(
        "option",
        "7.3",
        "D",
        ("stub/test_odata.py::test_pages_follow_each_other_and_the_last_one_has_no_link", *OPTIONS),
        {"list_devices $top": "devices on a page, at least 1; that this operation takes it is only in the SDK [M]"},
    ),
    *shown(
        "option",
        "7.3",
        "D",
        (
            "stub/test_odata.py::test_the_link_to_the_next_page_is_absolute_and_keeps_all_options",
            "stub/test_odata.py::test_a_page_token_that_was_changed_is_refused",
        ),
        {"list_devices $skiptoken": "from the link to the next page only, opaque"},
    ),
    *shown(
        "option",
        "7.3",
        "D",
        (
            "stub/test_odata.py::test_the_count_is_of_all_that_is_found_and_on_the_first_page_only",
            "stub/test_odata.py::test_an_option_that_makes_no_sense_is_refused",
        ),
        {"list_devices $count": "says on the first page how many there are"},
    ),
    *shown(
        "option",
        "7.3",
        "D",
        (
            "stub/test_filters.py::test_a_filter_finds_what_it_says",
            "stub/test_filters.py::test_a_filter_goes_through_the_door",
        ),
        {"list_devices $filter": "eq ne not in lt gt le ge and or, startsWith endsWith contains"},
    ),
    *shown(
        "option",
        "2.2",
        "M",
        "stub/test_odata.py::test_the_order_can_be_chosen",
        {"list_devices $orderby": "properties, asc or desc; the SDK offers it"},
    ),
    *shown(
        "option",
        "2.2",
        "M",
        "stub/test_odata.py::test_select_leaves_only_what_was_asked_for",
        {"list_devices $select": "these properties only; the SDK offers it"},
    ),
    *shown(
        "option",
        "2.2",
        "M",
        "stub/test_odata.py::test_skip_leaves_out_the_first_and_the_count_does_not_mind",
        {"list_devices $skip": "leave out so many; the SDK offers it"},
    ),
    *shown(
        "option",
        "2.2",
        "M",
        "stub/test_odata.py::test_select_trims_a_command",
        {"get_status $select": "these properties of a command only; the SDK offers it"},
    ),
    *shown(
        "option",
        "2.2",
        "M",
        "stub/test_odata.py::test_the_answer_can_be_expanded_into_the_command",
        {"get_status $expand": "the answer inside of the command; the SDK offers it"},
    ),
    *shown(
        "option",
        "2.2",
        "M",
        "stub/test_odata.py::test_the_devices_can_be_counted_without_being_listed",
        {"count_devices $filter": "count these devices only; the SDK offers it"},
    ),
]

QUERY += shown(
    "option",
    OURS,
    "I",
    (
        "stub/test_changes.py::test_each_answer_says_where_the_next_one_begins",
        "stub/test_changes.py::test_a_token_that_is_none_is_refused",
    ),
    {"get_changes $deltatoken": "from the delta link of an earlier answer, or `latest`, as in Graph's delta queries"},
)

ANSWERS: Final[list[Row]] = [
    *shown(
        "answer",
        "2.1",
        "D",
        "stub/test_graph.py::test_a_finished_command_reads_as_the_documentation_prints_it",
        {"200": "here it is"},
    ),
    *shown(
        "answer",
        "2.1",
        "D",
        "stub/test_graph.py::test_a_launch_is_accepted_as_the_documentation_prints_it",
        {"201": "the command was accepted; the pages print 201 OK, the real service sent 201 Created (10, row 8)"},
    ),
    *shown(
        "answer",
        OURS,
        "I",
        "stub/test_graph.py::test_a_command_can_be_cancelled_until_it_is_final",
        {"202": "it will be tried to stop it"},
    ),
    *shown(
        "answer",
        OURS,
        "I",
        (
            "stub/test_faults.py::test_faults_can_be_set_over_http",
            "stub/test_metadata.py::test_a_browser_may_ask_before_it_sends_a_token",
        ),
        {"204": "done, nothing to say"},
    ),
    *shown(
        "answer",
        OURS,
        "I",
        (
            "stub/test_holding.py::test_what_the_client_has_already_is_not_sent_again",
            "stub/test_changes.py::test_who_knows_everything_is_not_told_it_again",
        ),
        {"304": "the command is still as the client knows it"},
    ),
]

STATUSES: Final[list[Row]] = [
    *shown(
        "status",
        "5.1",
        "D",
        (TOLD, "test_status.py::test_there_are_the_fourteen_documented_words"),
        {
            "requesting": "created, waiting to be processed",
            "sentToTarget": "handed to the target device",
            "executing": "the device has acknowledged it and runs it",
            "completed": "finished",
            "failedToSend": "the service could not deliver it",
            "executionFailed": "the device tried and failed",
            "commandDropped": "dropped, because the device is in Connected Standby",
            "cancel": "cancellation asked for; how to ask is documented nowhere",
            "cancelling": "cancellation in progress",
            "canceled": "cancelled, with one l",
            "retry": "the service tries to deliver it again",
            "expired": "its time ran out; how long it has is documented nowhere",
            "error": "the service itself failed",
            "custom": "a status of its own; what it means is documented nowhere",
        },
    ),
]

FAULTS: Final[list[Row]] = [
    row
    for what, told, test in (
        ("slow leg", "one leg of the way takes longer", "a_slow_leg_takes_longer_and_only_that_one"),
        ("delivered twice", "the device does it twice", "a_command_delivered_twice_is_done_twice"),
        ("crash", "the device crashes and stays off", "a_device_that_crashes_lets_its_command_expire_and_stays_off"),
        ("falls asleep", "the device falls asleep just before", "a_device_that_falls_asleep_drops_its_command"),
        ("late result", "the result comes too late", "a_late_result_changes_no_status_but_the_deed_is_done"),
        ("stale presence", "the list is out of date", "the_list_can_go_on_showing_a_device_as_it_was"),
        ("refused", "an error instead", "a_refused_request_is_answered_in_graphs_words_and_does_nothing"),
        ("answer lost", "done, and an error all the same", "an_answer_is_lost_after_the_command_was_accepted"),
        ("slow answer", "the answer takes longer", "a_slow_answer_takes_its_time"),
        ("token expired", "refused as if it had", "a_token_is_refused_as_if_it_had_expired"),
        ("malformed answer", "the body breaks off", "an_answer_can_break_off_or_swell"),
        ("oversized answer", "the body is blown up", "an_answer_can_break_off_or_swell"),
    )
    for row in shown("fault", OURS, "I", f"stub/test_faults.py::test_{test}", {what: told})
]
FAULTS += shown(
    "fault",
    OURS,
    "I",
    (
        "stub/test_faults.py::test_a_consent_can_be_withdrawn_over_http_and_keys_only_by_the_owner",
        "test_lab.py::test_tokens_can_be_broken_in_the_same_words",
    ),
    {
        "consent withdrawn": "no refresh token of the person works any more",
        "key rotation": "no access token from before is accepted; only by the owner of the cloud",
    },
)

ROWS: Final = [*ROUTES, *QUERY, *ANSWERS, *STATUSES, *FAULTS]
