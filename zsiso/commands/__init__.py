"""The commands, one module each: options in, one run, nothing else."""
