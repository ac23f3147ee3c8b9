"""The ways in: the command line; later the batch and the web page."""
