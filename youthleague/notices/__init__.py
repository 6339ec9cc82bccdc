"""Notices (通知): the inbox, what goes out by e-mail and group robots, and the one ledger of both."""
