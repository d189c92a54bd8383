"""The configuration: file and environment in, a profile out. Sends and prints nothing."""
