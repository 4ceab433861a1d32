"""What starts the house: environment, services and processes, with the standard library alone."""
