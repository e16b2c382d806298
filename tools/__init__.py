"""What `make` calls, a room for each trade; CONTRIBUTING says which."""
