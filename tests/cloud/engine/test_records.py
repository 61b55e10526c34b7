"""Records that change as `dataclasses.replace` changes them."""

import dataclasses

import pytest

from romekit.cloud.engine.records import DraftMap, drafted, finished, replace
from romekit.lab.lab import Lab


@pytest.fixture(scope="module")
def space():
    lab = Lab()
    lab.rome().launch("surface", "https://bing.com").follow()
    return lab.stub.spaces.now("alex@romekit.example")


def records_of(space):
    return [space, *space.devices.values(), *space.commands.values()]


def test_a_changed_record_is_the_one_that_dataclasses_would_make(space):
    for record in records_of(space):
        for field in dataclasses.fields(record):
            change = {field.name: "changed"}
            assert repr(replace(record, **change)) == repr(dataclasses.replace(record, **change))
            assert replace(record, **change) == dataclasses.replace(record, **change)


def test_the_record_before_stays_as_it_was(space):
    before = repr(space)
    assert replace(space, sent=99).sent == 99
    assert repr(space) == before


def test_a_changed_record_is_frozen_as_well(space):
    with pytest.raises(dataclasses.FrozenInstanceError):
        replace(space, sent=99).sent = 1


def test_a_field_that_is_not_there_cannot_be_changed(space):
    with pytest.raises(TypeError, match="A Space has no colour"):
        replace(space, colour="red")


def test_a_draft_changes_in_place_and_becomes_the_record_that_step_by_step_would_have_made(space):
    draft = drafted(space)
    assert replace(replace(draft, sent=7), era=9) is draft
    done = finished(draft)
    assert type(done) is type(space)
    assert done == dataclasses.replace(space, sent=7, era=9)
    assert space.sent != 7


def test_a_draft_has_no_other_fields_either(space):
    with pytest.raises(TypeError, match="A DraftSpace has no colour"):
        replace(drafted(space), colour="red")


def test_a_map_that_is_drafted_takes_in_what_is_new_at_one_go(space):
    id_ = next(iter(space.commands))
    draft = DraftMap(space.commands)
    assert draft.finished() is space.commands
    changed = replace(draft[id_], moves=99)
    assert draft.insert(id_, changed) is draft
    assert draft[id_] is changed
    assert draft.finished()[id_] is changed
    assert space.commands[id_].moves != 99
