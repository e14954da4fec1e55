"""The promise of the unit of work, with the files in the other store."""

from tests.attachments.other_store.same import same_tests

globals().update(same_tests("tests.database.test_unit_of_work"))
