"""Reading: the first reader, and the second readers that prove its work."""
