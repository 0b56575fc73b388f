"""The sandbox (development only): fake platforms over real HTTP, and two phones to try the bot on."""
