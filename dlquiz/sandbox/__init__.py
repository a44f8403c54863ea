"""The wall: a warm server that forks one confined worker per submission, and the wire to it.

Nothing is imported here: the server must hold nothing that a worker could find.
"""
