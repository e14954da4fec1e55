"""The demo workshop: seeding, its files, its pick lists."""
