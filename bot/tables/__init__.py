"""Shape of the database: no rules, no queries."""

from bot.tables.agencies import Account, Agency
from bot.tables.audit import Audit
from bot.tables.base import Base
from bot.tables.curation import Evergreen, Feed, Idea, PostResult, PostTemplate, Proposal, ResultLook
from bot.tables.deletions import Deletion
from bot.tables.figures import DailyFigure
from bot.tables.knowledge import Change
from bot.tables.learning import Example, Training
from bot.tables.messages import Attention, Conversation, Delivery, Event, Note
from bot.tables.posts import Attempt, Media, MediaUse, Post, PostRules, PostTarget, PostVersion, Review
from bot.tables.procedures import CatalogueImport, ImportedProcedure
from bot.tables.sign_ins import Invitation, RecoveryCode, SignIn, SignInFailure
from bot.tables.staff import Membership, Staff
from bot.tables.talks import CannedAnswer, SearchLine
from bot.tables.tickets import Ticket

__all__ = [
    "Account",
    "Agency",
    "Attempt",
    "Attention",
    "Audit",
    "Base",
    "CannedAnswer",
    "CatalogueImport",
    "Change",
    "Conversation",
    "DailyFigure",
    "Deletion",
    "Delivery",
    "Event",
    "Evergreen",
    "Example",
    "Feed",
    "Idea",
    "ImportedProcedure",
    "Invitation",
    "Media",
    "MediaUse",
    "Membership",
    "Note",
    "Post",
    "PostResult",
    "PostRules",
    "PostTarget",
    "PostTemplate",
    "PostVersion",
    "Proposal",
    "RecoveryCode",
    "ResultLook",
    "Review",
    "SearchLine",
    "SignIn",
    "SignInFailure",
    "Staff",
    "Ticket",
    "Training",
]
