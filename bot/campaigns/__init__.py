"""The curated queue: posts written by one person, reviewed by another, scheduled, published once, settled.

`content` is a post as values, `states` the one table of what may follow what, `drafts` writing and versions, `review`
the verdicts, `rules` settings and the freeze switch, `calendar` when something may appear, `release` what the scheduler
does, `settling` what the outcome of the targets makes of the post.
"""
