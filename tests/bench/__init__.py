"""How fast zsiso is beside other programs: ``python -m tests.bench``. No test; pytest does not collect it."""
