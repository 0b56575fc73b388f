"""What every page of the console works with."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.db import Database
from bot.settings import Settings
from bot.vault import Vault

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Desk:
    """The database, the encryption and the settings of this deployment."""

    db: Database
    vault: Vault
    settings: Settings

    def now(self) -> datetime:
        """Return the time now, in UTC."""
        return datetime.now(UTC)


def local(time: datetime) -> datetime:
    """Return a time as the staff's clock shows it."""
    return time.astimezone(HANOI)
