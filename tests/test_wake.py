"""Wake-up between processes: a committed ring arrives at once, a rolled-back one never."""

import subprocess
import sys
import time

import pytest

from bot import wake
from bot.db import Database
from bot.wake import Bells


def waited(bells: Bells, topic: str, timeout: float = 5.0) -> float:
    began = time.monotonic()
    bells.wait(topic, timeout)
    return time.monotonic() - began


def listening(db: Database) -> Bells:
    bells = db.listen()
    time.sleep(0.5)  # until the listener's thread is connected
    return bells


def test_a_ring_of_another_connection_arrives(db: Database, database_url: str) -> None:
    bells, other = listening(db), Database(db.url.render_as_string(hide_password=False))
    with other.write() as session:
        other.wake.ring(session, wake.INBOX)
    assert waited(bells, wake.INBOX) < 1.5
    bells.close()
    other.close()


def test_a_ring_of_another_process_arrives(db: Database) -> None:
    bells = listening(db)
    code = (
        "import sys; from bot import wake; from bot.db import Database\n"
        "db = Database(sys.argv[1])\n"
        "with db.write() as session: db.wake.ring(session, wake.OUTBOX)\n"
    )
    subprocess.run([sys.executable, "-c", code, db.url.render_as_string(hide_password=False)], check=True)
    assert waited(bells, wake.OUTBOX) < 1.5
    bells.close()


def test_a_rolled_back_ring_never_arrives(db: Database) -> None:
    bells = listening(db)
    with pytest.raises(RuntimeError, match="back"), db.write() as session:
        db.wake.ring(session, wake.INBOX)
        raise RuntimeError("back")
    assert waited(bells, wake.INBOX, 0.7) >= 0.7
    bells.close()


def test_a_ring_nobody_waits_for_is_kept() -> None:
    bells = Bells()
    bells.ring(wake.INBOX)
    assert waited(bells, wake.INBOX) < 0.5
    assert waited(bells, wake.INBOX, 0.2) >= 0.2


def test_closing_frees_everybody() -> None:
    bells = Bells()
    bells.close()
    assert waited(bells, wake.INBOX) < 0.5


def test_an_unknown_topic_is_ignored() -> None:
    bells = Bells()
    bells.ring("posts")
    assert waited(bells, wake.OUTBOX, 0.1) >= 0.1
