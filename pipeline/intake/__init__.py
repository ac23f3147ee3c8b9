"""First stop: an untrusted upload becomes upright pages. Only a child process parses it."""
