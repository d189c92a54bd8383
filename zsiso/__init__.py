"""zsiso tells which VM instances of a ZStack cloud an ISO can be attached to."""

# A literal: importlib.metadata.version() costs every call some 14 ms.
__version__ = "0.1.0"
