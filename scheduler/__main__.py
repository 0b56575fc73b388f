"""`python -m scheduler`: APScheduler in the foreground, in Vietnam's time."""

import signal
import sys
import threading
from types import FrameType

import structlog
from apscheduler.events import EVENT_SCHEDULER_START
from apscheduler.schedulers.blocking import BlockingScheduler

from bot import log, settings
from bot.db import Database
from bot.errors import SettingsError
from bot.vault import Vault
from scheduler import jobs

HANOI = "Asia/Ho_Chi_Minh"


def main() -> int:
    """Run until SIGTERM."""
    try:
        loaded = settings.load()
    except SettingsError as error:
        print("\n".join(f"settings: {fault}" for fault in error.faults), file=sys.stderr)
        return 1
    log.configure(loaded.log_format)
    db, vault = Database(loaded.database_url), Vault(loaded.token_keys)
    scheduler = BlockingScheduler(timezone=HANOI, job_defaults={"coalesce": True, "max_instances": 1})
    jobs.register(scheduler, db, vault, loaded)

    # Once it runs: before that nothing is in hand, and a signal may simply end us.
    scheduler.add_listener(lambda _event: _end_on_signals(scheduler), EVENT_SCHEDULER_START)
    structlog.get_logger().info("scheduler.started", jobs=len(scheduler.get_jobs()))
    scheduler.start()
    db.close()
    return 0


def _end_on_signals(scheduler: BlockingScheduler) -> None:
    def end(_number: int, _frame: FrameType | None) -> None:
        # From a thread: the signal may have come while this one holds a lock of the scheduler's.
        threading.Thread(target=scheduler.shutdown).start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


if __name__ == "__main__":
    sys.exit(main())
