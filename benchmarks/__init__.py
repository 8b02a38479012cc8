"""Ratios against peers and limits. `python -m benchmarks [name …] [--json FILE]` runs them.

A module of this package registers functions with `@benchmark`; `registry` says what they return, and
`project.set_up_django` is for those that need Django and the database.
"""
