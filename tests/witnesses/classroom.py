"""Rows: what a class adds. All of it is ours: the service of 2020 knew nothing of the kind."""

from __future__ import annotations

from functools import partial
from typing import Final

from tests.witnesses.row import OURS, Row, shown

JOIN: Final = "stub/test_class_join.py::test_"
TEACHER: Final = "stub/test_class_teacher.py::test_"
RULES: Final = "stub/test_class_rules.py::test_"
TOLD: Final = f"{RULES}a_student_is_told_what_there_is_and_what_is_used_of_it"

ours = partial(shown, source=OURS, grade="I")

ADDRESSES: Final[list[Row]] = [
    *ours("class address", by=f"{JOIN}the_first_page_leads_to_the_door", rows={"GET /": "leads to the door"}),
    *ours(
        "class address",
        by=(
            f"{JOIN}the_page_lets_somebody_in_shows_the_word_once_and_knows_the_browser_again",
            f"{JOIN}the_page_asks_kindly_when_the_name_is_taken",
            f"{JOIN}a_form_of_another_site_joins_nobody",
        ),
        rows={"GET, POST /join": "a code and a name in, and the browser is a student"},
    ),
    *ours(
        "class address",
        by=(
            f"{JOIN}a_code_is_taken_as_people_type_it",
            f"{JOIN}the_word_lets_its_owner_back_in_and_nobody_else",
            f"{JOIN}a_body_that_is_no_question_is_refused_in_words",
        ),
        rows={"POST /romekit/join": "the same for a program"},
    ),
    *ours(
        "class address",
        by=(
            f"{JOIN}the_word_of_one_student_signs_nobody_else_in",
            f"{JOIN}a_sign_in_that_is_not_there_cannot_be_approved",
        ),
        rows={"POST /romekit/join/approve": "a student's word allows a sign-in"},
    ),
    *ours(
        "class address",
        by=(
            f"{TEACHER}the_secret_opens_the_page_and_a_wrong_one_does_not",
            f"{TEACHER}the_cookie_ends_with_the_day",
            f"{TEACHER}the_page_allows_its_own_script_and_style_and_nothing_else",
        ),
        rows={"GET, POST /class": "the teacher's page, behind the admin secret"},
    ),
    *ours(
        "class address",
        by=(
            f"{TEACHER}every_wall_is_there_and_only_what_has_changed_is_told_again",
            f"{TEACHER}the_wall_of_the_class_is_for_the_teacher_only",
        ),
        rows={"GET /class/now": "every student's wall; held while nothing changes"},
    ),
    *ours(
        "class address",
        by=(
            f"{TEACHER}a_fault_is_pushed_to_one_or_to_all_and_cleared",
            f"{TEACHER}a_student_can_do_nothing_of_it",
            f"{TEACHER}a_form_without_its_token_does_nothing",
        ),
        rows={"POST /class/do": "faults, time, the door, a sentence for everybody"},
    ),
    *ours("route", by=TOLD, rows={"GET /me/romekit.class": "the class one is in, and one's share of it"}),
]

PROPERTIES: Final[list[Row]] = [
    *ours(
        "property",
        by=TOLD,
        rows={
            "Class.class": "its name",
            "Class.name": "one's own, as the class knows it",
            "Class.says": "what the teacher wants everybody to read",
            "Class.used.commands": "sent so far",
            "Class.used.events": "in one's space so far",
            "Class.used.faults": "set now",
            "Class.quotas.students": "in the class at most",
        },
    ),
    *ours(
        "property",
        by="stub/test_class_time.py::test_another_server_of_the_store_knows_that_time_stands_still",
        rows={"Class.isFrozen": "whether the devices' time stands still"},
    ),
    *ours("property", by=f"{RULES}so_many_devices_to_begin_with", rows={"Class.quotas.devices": "one begins with"}),
    *ours(
        "property",
        by=f"{RULES}so_many_commands_a_minute_and_then_a_pause_is_asked_for",
        rows={"Class.quotas.commands_per_minute": "one may send"},
    ),
    *ours("property", by=f"{RULES}so_many_commands_in_all", rows={"Class.quotas.commands": "one may send in all"}),
    *ours("property", by=f"{RULES}so_many_events_in_all", rows={"Class.quotas.events": "one's space may hold"}),
    *ours(
        "property",
        by=f"{RULES}so_many_faults_at_once_and_clearing_makes_room",
        rows={"Class.quotas.faults": "one may have set at once"},
    ),
    *ours("property", by=f"{RULES}so_many_requests_are_held_at_once", rows={"Class.quotas.waiting": "held at once"}),
    *ours("property", by=f"{RULES}a_body_may_be_so_large", rows={"Class.quotas.body": "bytes of a request"}),
]

REFUSALS: Final[list[Row]] = [
    *ours(
        "error",
        by=f"{RULES}without_a_class_there_is_nothing_to_tell",
        rows={"404 itemNotFound: There is no class on this server. Its operator opens one with": "no class here"},
    ),
    *ours(
        "class refusal",
        by=f"{TEACHER}a_student_can_do_nothing_of_it",
        rows={"403 AccessDenied: Only the teacher may do this": "no cookie of a teacher"},
    ),
    *ours(
        "class refusal",
        by=f"{TEACHER}who_is_removed_is_out_at_once_and_their_name_is_free",
        rows={"403 AccessDenied: This account is not in the class … (any more). Join it at /join": "removed"},
    ),
    *ours(
        "class refusal",
        by=f"{TEACHER}a_closed_class_lets_in_who_has_been_there_and_nobody_new",
        rows={"403 classClosed: Nobody new can join this class now": "the teacher has closed the door"},
    ),
    *ours(
        "class refusal",
        by=f"{RULES}so_many_faults_at_once_and_clearing_makes_room",
        rows={"403 quotaLimitReached: You have … faults set, as many as this class allows. Clear them": "faults"},
    ),
    *ours(
        "class refusal",
        by=f"{JOIN}the_word_lets_its_owner_back_in_and_nobody_else",
        rows={"403 wrongWord: That is not the rejoin word of anybody with this name": "somebody else's name"},
    ),
    *ours(
        "class refusal",
        by=f"{JOIN}a_wrong_code_lets_nobody_in_and_says_so",
        rows={"404 noSuchClass: No class has this code": "a wrong code"},
    ),
    *ours(
        "class refusal",
        by=f"{JOIN}a_full_class_says_so",
        rows={"409 classFull: This class is full: …": "the quota `students`"},
    ),
    *ours(
        "class refusal",
        by=f"{JOIN}a_name_that_is_taken_is_asked_about_and_another_gets_a_number",
        rows={"409 nameTaken: There is a … in this class already": "and how to go on"},
    ),
    *ours(
        "class refusal",
        by=f"{RULES}a_body_may_be_so_large",
        rows={"413 RequestEntityTooLarge: In this class a request may have … bytes. Send less at once": "a body"},
    ),
    *ours(
        "class refusal",
        by=f"{RULES}so_many_commands_a_minute_and_then_a_pause_is_asked_for",
        rows={"429 TooManyRequests: In this class a student sends … commands a minute. Go on in …": "with Retry-After"},
    ),
    *ours(
        "class refusal",
        by=f"{RULES}so_many_requests_are_held_at_once",
        rows={"429 TooManyRequests: You let the server hold … requests already (Prefer: wait), as": "long-polls"},
    ),
    *ours(
        "class refusal",
        by=(
            f"{JOIN}words_and_codes_can_be_guessed_a_few_times_only",
            f"{TEACHER}the_secret_can_be_guessed_a_few_times_only",
        ),
        rows={"429 tooManyTries: That was wrong too often": "with Retry-After"},
    ),
    *ours(
        "class refusal",
        by=(f"{RULES}so_many_commands_in_all", f"{RULES}so_many_events_in_all"),
        rows={"507 quotaLimitReached: Your space holds … …, as many as this class allows. Ask your": "a full space"},
    ),
]

ROWS: Final = [*ADDRESSES, *PROPERTIES, *REFUSALS]
