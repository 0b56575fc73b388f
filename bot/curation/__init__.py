"""What fills the queue: portals' feeds, ideas, templates, observances, evergreen posts, what citizens ask.

All of it ends in drafts: a person's own, or the system's, which a person takes over (`proposing`, `bot.machine`).
Nothing here can submit or approve.
"""
