"""One round of a lane's work by hand: claim, do, settle, each where it belongs."""

from bot.db import Database
from bot.lanes import Clock, Done, R, T, Work


def once(db: Database, work: Work[T, R], clock: Clock, *, worker: str = "w/1/a", most: int = 1) -> int:
    """Do what is due now, up to `most`; return how many that were."""
    with db.write() as session:
        tasks = work.claim(session, worker, now=clock(), most=most)
    done: list[Done[T, R]] = []
    for task in tasks:
        try:
            done.append(Done(task, work.do(task, clock)))
        except Exception as error:
            done.append(Done(task, error=error))
    if done:
        with db.write(durable=work.durable(done)) as session:
            work.settle(session, done, worker=worker, now=clock())
        work.settled(done, clock())
    return len(done)
