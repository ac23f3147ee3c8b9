"""Fifth stop: a new file of the same kind, from masked pixels alone."""
