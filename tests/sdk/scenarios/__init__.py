"""What may happen to a session in a run, a module for each topic."""
