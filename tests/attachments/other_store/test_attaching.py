"""Attaching, copying, renaming and deleting, with the files in the other store."""

from tests.attachments.other_store.same import same_tests

globals().update(same_tests("tests.attachments.test_attaching"))
