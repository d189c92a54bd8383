"""The configuration: from a file or the environment to a profile. Nothing here sends or prints."""
