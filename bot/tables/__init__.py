"""Shape of the database: no rules, no queries."""

from bot.tables.agencies import Account, Agency
from bot.tables.audit import Audit
from bot.tables.base import Base
from bot.tables.messages import Attention, Conversation, Delivery, Event, Note
from bot.tables.sign_ins import Invitation, RecoveryCode, SignIn, SignInFailure
from bot.tables.staff import Membership, Staff
from bot.tables.talks import CannedAnswer, SearchLine
from bot.tables.tickets import Ticket

__all__ = [
    "Account",
    "Agency",
    "Attention",
    "Audit",
    "Base",
    "CannedAnswer",
    "Conversation",
    "Delivery",
    "Event",
    "Invitation",
    "Membership",
    "Note",
    "RecoveryCode",
    "SearchLine",
    "SignIn",
    "SignInFailure",
    "Staff",
    "Ticket",
]
