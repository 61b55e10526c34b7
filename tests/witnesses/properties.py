"""Rows: every property that is sent, answered or posted. A table, so longer than a module should be."""

from __future__ import annotations

from typing import Final

from tests.witnesses.row import OURS, Row, shown

TODAY: Final = "stub/test_graph.py::test_a_device_has_seven_properties_spelled_as_todays_sdks_bind_them"
OF_2020: Final = "stub/test_graph.py::test_the_devices_of_2020_are_listed_as_the_documentation_prints_them"
LAUNCHED: Final = "stub/test_graph.py::test_a_launch_is_accepted_as_the_documentation_prints_it"
FINISHED: Final = "stub/test_graph.py::test_a_finished_command_reads_as_the_documentation_prints_it"
CALLED: Final = "stub/test_graph.py::test_a_call_is_accepted_and_echoes_its_own_names"
PASCAL: Final = "stub/test_graph.py::test_a_command_of_2020_has_pascal_case_names_and_a_small_id"
WRONG: Final = "test_model.py::test_a_bad_body_names_the_property_and_the_next_step"
TOLD_WHERE: Final = "stub/test_postback.py::test_a_call_of_an_app_service_is_told_as_well_and_says_where_to"
PAYLOAD: Final = "stub/test_graph.py::test_a_payload_reads_as_the_documentation_prints_it"
THROTTLED: Final = "stub/test_graph.py::test_throttling_is_answered_as_the_documentation_prints_it"
ALONE: Final = "stub/test_batch.py::test_each_request_is_answered_as_if_it_had_come_alone"
OF_OURS: Final = "stub/test_graph.py::test_a_line_of_the_history_and_a_deed_have_these_properties"
FAULT: Final = "stub/test_faults.py::test_everything_a_fault_is_can_be_said_over_http"
ON_THE_WALL: Final = "stub/test_wall.py::test_a_card_of_the_wall_has_these_properties"

DIRECTORY: Final = (
    "accountEnabled approximateLastSignInDateTime complianceExpirationDateTime deletedDateTime deviceCategory deviceId "
    "deviceMetadata deviceOwnership deviceVersion displayName domainName enrollmentProfileName enrollmentType "
    "hostnames isCompliant isManaged isManagementRestricted isRooted managementType mdmAppId "
    "onPremisesLastSyncDateTime onPremisesSecurityIdentifier onPremisesSyncEnabled operatingSystem "
    "operatingSystemVersion physicalIds profileType registrationDateTime systemLabels trustType"
).split()

DEVICE: Final[list[Row]] = [
    *shown(
        "property",
        "3.1",
        "D",
        (TODAY, OF_2020),
        {
            "Device.id": "opaque; what commands are sent to",
            "Device.name": "what its owner calls it; `Name` in 2020",
            "Device.manufacturer": "`Manufacturer` in 2020",
            "Device.model": "null for some devices; `Model` in 2020",
            "Device.kind": "for display only, its words are documented nowhere; `Kind` in 2020",
            "Device.status": "Online, Offline or Unknown: a hint; `Status` in 2020",
            "Device.platform": "`Platform` in 2020",
        },
    ),
    *shown(
        "property",
        "3.1",
        "I",
        "stub/test_odata.py::test_every_property_a_device_has_in_a_directory_can_be_selected_and_is_null",
        {
            f"Device.{name}": "of a directory's device [M]; null for a person's, and only if selected"
            for name in DIRECTORY
        },
    ),
    *shown("property", "4.1", "D", OF_2020, {"DeviceList.value": "the devices"}),
    *shown(
        "property",
        "4.7",
        "I",
        "stub/test_graph.py::test_metadata_is_added_for_who_asks_for_it",
        {"DeviceList.@odata.context": "what this is, for who asks for metadata"},
    ),
    *shown(
        "property",
        "7.3",
        "D",
        "stub/test_odata.py::test_the_count_is_of_all_that_is_found_and_on_the_first_page_only",
        {"DeviceList.@odata.count": "how many there are in all"},
    ),
    *shown(
        "property",
        "7.3",
        "D",
        (
            "stub/test_odata.py::test_pages_follow_each_other_and_the_last_one_has_no_link",
            "stub/test_odata.py::test_the_link_to_the_next_page_is_absolute_and_keeps_all_options",
        ),
        {"DeviceList.@odata.nextLink": "where the next page is"},
    ),
]

COMMAND: Final[list[Row]] = [
    *shown(
        "property",
        "3.2",
        "D",
        (LAUNCHED, FINISHED, PASCAL),
        {
            "Command.status": "one of fourteen words; `Status` in 2020",
            "Command.type": "null in every answer that is printed; `Type` in 2020",
            "Command.permissionTicket": "described nowhere, always null; `PermissionTicket` in 2020",
            "Command.payload": "what was sent, with the 201 only; `Payload` in 2020",
        },
    ),
    *shown(
        "property",
        "3.2",
        "D",
        (CALLED, PASCAL),
        {
            "Command.appServiceName": "as it was sent; `AppServiceName` in 2020",
            "Command.packageFamilyName": "as it was sent; `PackageFamilyName` in 2020",
        },
    ),
    *shown(
        "property",
        "4.8",
        "D",
        ("stub/test_graph.py::test_a_sent_command_has_a_location_and_an_id_of_the_documented_shape", PASCAL),
        {"Command.id": "long, hexadecimal, upper case, opaque; its halves are our inference; `id` in 2020 too"},
    ),
    *shown(
        "property",
        "3.2",
        "D",
        ("stub/test_postback.py::test_the_error_a_device_reports_is_posted_with_it", PASCAL),
        {"Command.error": "what the app says went wrong; its words are documented nowhere; `Error` in 2020"},
    ),
    *shown(
        "property",
        "3.2",
        "D",
        (TOLD_WHERE, PASCAL),
        {"Command.postBackUri": "where updates go; `PostBackUri` in 2020"},
    ),
    *shown(
        "property",
        "3.2",
        "M",
        "stub/test_odata.py::test_the_answer_can_be_expanded_into_the_command",
        {"Command.responsepayload": "a navigation property, lower case even in 2020; embedded if expanded"},
    ),
    *shown(
        "property",
        "4.7",
        "I",
        "stub/test_graph.py::test_a_command_says_what_it_is_to_who_asks_for_metadata",
        {"Command.@odata.context": "what this is, for who asks for metadata"},
    ),
    *shown(
        "property",
        "4.5",
        "D",
        PAYLOAD,
        {
            "PayloadResponse.@odata.context": "always there, unlike elsewhere",
            "PayloadResponse.MsIgnoredParameter": "0, an oddity of the service; all other properties are the app's",
        },
    ),
]

ORDER: Final[list[Row]] = [
    *shown(
        "property",
        "4.2",
        "D",
        (LAUNCHED, "stub/test_graph.py::test_a_launch_spelled_as_in_2017_is_accepted", WRONG),
        {
            "LaunchUri.type": "LaunchUri, in any case",
            "LaunchUri.payload.uri": "the address to open",
        },
    ),
    *shown(
        "property",
        "4.3",
        "D",
        (CALLED, WRONG),
        {
            "AppService.type": "AppService, in any case",
            "AppService.appServiceName": "required",
            "AppService.packageFamilyName": "required",
            "AppService.payload": "an object of the app's own",
        },
    ),
    *shown(
        "property",
        "3.2",
        "D",
        (
            "test_model.py::test_the_three_spellings_of_the_post_back_address_are_one",
            "stub/test_postback.py::test_each_transition_is_posted_once_and_the_creation_is_not",
        ),
        {"LaunchUri.postBackUri": "where updates should go; how they come is ours"},
    ),
    *shown("property", "3.2", "D", TOLD_WHERE, {"AppService.postBackUri": "the same"}),
]

BATCH: Final[list[Row]] = [
    *shown(
        "property",
        "7.4",
        "D",
        (ALONE, "stub/test_batch.py::test_a_batch_that_cannot_be_read_is_refused_whole"),
        {
            "Batch.requests.id": "unique in a batch",
            "Batch.requests.method": "the verb",
            "Batch.requests.url": "relative to the version",
            "Batch.requests.headers": "Content-Type belongs to a body",
        },
    ),
    *shown(
        "property",
        "7.4",
        "D",
        (ALONE, "stub/test_batch.py::test_a_wrong_verb_or_body_is_told_by_its_own_answer"),
        {"Batch.requests.body": "JSON"},
    ),
    *shown(
        "property",
        "7.4",
        "D",
        (
            "stub/test_batch.py::test_what_depends_on_something_runs_after_it",
            "stub/test_batch.py::test_what_depends_on_a_failure_is_not_sent",
        ),
        {"Batch.requests.dependsOn": "ids that must have succeeded before"},
    ),
    *shown(
        "property",
        "7.4",
        "D",
        (ALONE, "stub/test_batch.py::test_an_answer_carries_id_status_headers_and_body"),
        {
            "BatchAnswer.responses.id": "of the request",
            "BatchAnswer.responses.status": "of its own answer",
            "BatchAnswer.responses.headers": "of its own answer",
            "BatchAnswer.responses.body": "of its own answer",
        },
    ),
]

ERROR: Final[list[Row]] = [
    *shown(
        "property",
        "7.1",
        "D",
        THROTTLED,
        {"Error.error.code": "what a client looks at", "Error.error.message": "for people; never look at it"},
    ),
    *shown(
        "property",
        "7.1",
        "D",
        "stub/test_graph.py::test_a_bad_property_is_named_in_the_error",
        {"Error.error.target": "optional; what the error is about"},
    ),
    *shown(
        "property",
        "7.1",
        "D",
        "stub/test_graph.py::test_an_error_says_when_it_was_without_a_time_zone",
        {"Error.error.innerError.date": "without a time zone"},
    ),
    *shown(
        "property",
        "7.1",
        "D",
        "stub/test_graph.py::test_who_brings_no_token_is_told_as_graph_tells_it",
        {"Error.error.innerError.request-id": "the same as in the header"},
    ),
    *shown(
        "property",
        "7.1",
        "M",
        "stub/test_graph.py::test_an_unknown_segment_is_named",
        {"Error.error.innerError.client-request-id": "since 2021"},
    ),
    *shown(
        "property",
        "7.2",
        "D",
        THROTTLED,
        {
            "Error.error.innerError.code": "429, when throttled",
            "Error.error.innerError.message": "Please retry after, when throttled",
            "Error.error.innerError.status": "429, when throttled",
        },
    ),
]

EXTENSIONS: Final[list[Row]] = [
    *shown(
        "property",
        OURS,
        "I",
        (
            "stub/test_changes.py::test_each_answer_says_where_the_next_one_begins",
            "stub/test_changes.py::test_a_long_list_comes_in_pages",
        ),
        {
            "Changes.value": "the commands that changed, each once, the latest change last",
            "Changes.@odata.deltaLink": "where to ask for what comes after",
            "Changes.@odata.nextLink": "in its place, when there is more to tell already",
        },
    ),
    *shown(
        "property",
        OURS,
        "I",
        OF_OURS,
        {
            "History.value.command": "whose change it is",
            "History.value.number": "which command it is, counted from 1",
            "History.value.device": "its id",
            "History.value.deviceName": "its name",
            "History.value.order": "what was asked, in words",
            "History.value.at": "in seconds since 1970 UTC",
            "History.value.from": "null for the first",
            "History.value.to": "the new status",
            "History.value.who": "service, device, client, clock or fault",
            "History.value.why": "in a sentence",
            "Deeds.value.at": "in seconds since 1970 UTC",
            "Deeds.value.device": "its id",
            "Deeds.value.command": "for which it was done",
            "Deeds.value.deed": "in a sentence",
        },
    ),
    *shown(
        "property",
        OURS,
        "I",
        "stub/test_graph.py::test_a_device_can_be_put_to_sleep_and_then_drops_what_comes",
        {"Presence.presence": "online, asleep or offline"},
    ),
    *shown(
        "property",
        OURS,
        "I",
        "stub/test_faults.py::test_a_personality_can_be_chosen_over_http",
        {"Personality.personality": "one of the characters there are"},
    ),
    *shown(
        "property",
        OURS,
        "I",
        FAULT,
        {
            "Fault.what": "one word of the vocabulary",
            "Fault.where": "a leg or an operation; empty is any",
            "Fault.device": "its id; empty is any",
            "Fault.skip": "let so many pass",
            "Fault.times": "then strike so often; null is always",
            "Fault.chance": "from 0 to 1, out of the seed",
            "Fault.value": "in the unit of its kind",
            "Fault.retry_after": "seconds, in Retry-After",
        },
    ),
]

WALL: Final[list[Row]] = [
    *shown("property", OURS, "I", ON_THE_WALL, {"Wall.value": "a card for each device"}),
    *shown(
        "property",
        OURS,
        "I",
        ON_THE_WALL,
        {
            "Card.device": "its id",
            "Card.name": "its name",
            "Card.kind": "its kind",
            "Card.platform": "its platform",
            "Card.presence": "online, asleep or offline: where it really is",
            "Card.listed": "what the device list says of it",
            "Card.personality": "its character",
            "Card.story": "its character, in words",
            "Card.deeds": "how many things it has really done",
            "Card.waiting": "how many commands are on their way to it",
            "Card.screen.kind": "page, toast, answer, asleep, offline or nothing yet",
            "Card.screen.title": "of the page: its host; of the toast: its title; of the answer: whose it is",
            "Card.screen.text": "the address, the subtitle, the answer, or why the screen is dark",
            "Card.screen.at": "since when, in seconds since 1970 UTC; null while nothing has happened",
            "Card.last": "the command that ended last, as below; null while there is none",
            "Card.apps.package": "package family name",
            "Card.apps.name": "what people call it",
            "Card.apps.installed": "whether it is on the device",
        },
    ),
    *shown(
        "property",
        OURS,
        "I",
        "stub/test_wall.py::test_a_command_on_its_way_is_on_the_card_of_its_device",
        {
            "Card.commands.id": "of the first five on their way",
            "Card.commands.number": "the how manieth command of the person it is",
            "Card.commands.order": "what it is to do, in words",
            "Card.commands.status": "its status",
            "Card.commands.error": "what the device reported",
            "Card.commands.at": "since when it has this status, in seconds since 1970 UTC",
        },
    ),
    *shown(
        "property",
        OURS,
        "I",
        "stub/test_wall.py::test_an_app_can_be_removed_over_http_and_put_back",
        {"AppOnDevice.app": "package family name", "AppOnDevice.installed": "true installs, false removes"},
    ),
]

ROWS: Final = [*DEVICE, *COMMAND, *ORDER, *BATCH, *ERROR, *EXTENSIONS, *WALL]
