"""What fills the queue: portals' feeds, ideas, templates, observances, evergreen posts, what citizens ask.

All of it ends in drafts that a person takes over (`proposing`); nothing here can submit or approve.
"""
