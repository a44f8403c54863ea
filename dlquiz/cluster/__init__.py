"""A cluster that grades: Dask carries orders to workers, and each has warm grader processes of its own.

``bundle`` is what a worker has to know of the course, ``orders`` what the two sides say to each other, ``worker`` runs
there, ``client`` here. Only bytes travel, and in them only JSON.
"""
