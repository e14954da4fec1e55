"""Breadth-first execution: each field of a selection once, over all the objects at that level.

docs/executor.md explains it in ten minutes. Read `plan`, `columns`, `completion`, `waiting`, `null_propagation` in this
order; `executor` ties them together.
"""
