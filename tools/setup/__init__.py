"""Setting up: the environment, the lock file, browsers for the tests."""
