"""The commands, a module each: options in, one run. Commands do not import each other."""
