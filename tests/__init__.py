"""The tests: the command and the client against real HTTP servers on loopback."""
