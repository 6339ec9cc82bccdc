"""What is done with notices: sending, reading, switching off, the days off."""
