"""The sweep, with the files in the other store: all but what only the embedded one can."""

from tests.attachments.other_store.same import same_tests

globals().update(
    same_tests(
        "tests.attachments.test_sweep",
        # An age of its own choice.
        "test_a_young_uuid_keeps_an_object_that_the_store_calls_old",
        # A list of uploads that were never finished.
        "test_unfinished_uploads_are_given_up_when_they_are_older_than_a_day",
    )
)
