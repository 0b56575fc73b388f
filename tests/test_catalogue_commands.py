"""`motcua catalogue import · diff · flags` as a person or a script meets it: real processes, exit codes, streams."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select

from bot.campaigns import files
from bot.db import Database
from bot.tables import ImportedProcedure
from tests.content.national.lines import LINE, way
from tests.test_commands import Run, checkout, only_sqlite, run

__all__ = ["checkout", "run"]

OTHER = {**LINE, "code": "1.000002", "name": "Cấp giấy phép đánh bắt cá ngừ", "methods": way(time="1", fee="Miễn phí")}


def written(path: Path, *rows: Any) -> str:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def count(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(ImportedProcedure)) or 0


def test_an_import_twice(run: Run, db: Database, tmp_path: Path) -> None:
    file = written(tmp_path / "all.jsonl", LINE, OTHER)
    done = run("catalogue", "import", file)
    assert done.returncode == 0, done.stderr
    assert "2 read, 0 skipped: 2 new" in done.stdout
    assert "reading" in done.stderr
    again = run("catalogue", "import", file)
    assert (again.returncode, "nothing changed" in again.stdout) == (0, True)
    assert count(db) == 2


@only_sqlite
def test_a_bad_line_stops_everything_unless_told_otherwise(run: Run, db: Database, tmp_path: Path) -> None:
    file = written(tmp_path / "bad.jsonl", LINE, {**OTHER, "level": ["huyện"]}, ["no"])
    done = run("catalogue", "import", file)
    assert done.returncode == 1
    assert "line 2, level: 'huyện' is unknown" in done.stderr
    assert "line 3: not a procedure" in done.stderr
    assert "2 of 3 lines are wrong; nothing was imported" in done.stderr
    assert count(db) == 0
    kept = run("catalogue", "import", "--skip-bad", file)
    assert (kept.returncode, "1 read, 2 skipped: 1 new" in kept.stdout) == (0, True)
    assert "line 2, level" in kept.stderr
    assert count(db) == 1


@only_sqlite
@pytest.mark.parametrize(
    ("argv", "code", "told"),
    [
        (("import", "missing.jsonl"), 2, "does not exist"),
        (("import",), 2, "Missing argument"),
        (("import", "--skip-bad", "bad.jsonl"), 1, "nothing was imported"),
        (("import", "--whole", "--skip-bad", "half.jsonl"), 1, "--whole would take"),
        (("diff", "half.jsonl"), 1, "would pass for abolished"),
    ],
)
def test_bad_use(run: Run, db: Database, tmp_path: Path, argv: tuple[str, ...], code: int, told: str) -> None:
    written(tmp_path / "bad.jsonl", ["no"])
    written(tmp_path / "half.jsonl", LINE, ["no"])
    done = run("catalogue", *(str(tmp_path / part) if part.endswith(".jsonl") else part for part in argv))
    assert (done.returncode, told in done.stderr) == (code, True), done.stderr
    assert count(db) == 0


@only_sqlite
def test_flags_list_what_is_doubtful(run: Run, db: Database, tmp_path: Path) -> None:
    run("catalogue", "import", written(tmp_path / "all.jsonl", LINE, OTHER))
    told = json.loads(run("catalogue", "flags", "--json").stdout)
    assert {(one["code"], one["field"], one["value"], one["why"]) for one in told} == {
        ("1.000002", "time_limit", "1", "a number without its unit"),
        ("1.000002", "fee", "Miễn phí", "free or 0 without a rule"),
    }
    assert "2 values of 1 records" in run("catalogue", "flags").stdout


@only_sqlite
def test_diff_lists_changes_and_drafts_posts(run: Run, db: Database, tmp_path: Path) -> None:
    run("catalogue", "import", written(tmp_path / "old.jsonl", LINE, OTHER))
    new = {**LINE, "code": "1.000003", "name": "Việc chưa từng có", "field": "Mới"}
    file = written(tmp_path / "new.jsonl", {**LINE, "agency": "Sở Mới"}, new)
    drafts = tmp_path / "drafts.yaml"
    done = run("catalogue", "diff", "--json", "--drafts", str(drafts), "--target", "zalo:123", file)
    assert done.returncode == 0, done.stderr
    told = {(one["kind"], one["code"]): one for one in json.loads(done.stdout)}
    assert ("abolished", "1.000002") in told
    assert ("new", "1.000003") in told
    assert told["amended", "1.000001"]["fields"] == [{"field": "agency", "old": "Sở Thử", "new": "Sở Mới"}]
    posts = yaml.safe_load(drafts.read_text(encoding="utf-8"))
    assert len(posts) == len(told)
    assert posts[0]["targets"] == ["zalo:123"]
    queue = files.read(drafts.read_bytes(), drafts.name)
    assert (queue.faults, len(queue.rows)) == ([], len(posts))
    assert set(posts[0]) == {"title", "text", "link", "media", "alt", "topic", "audience", "language", "targets", "at"}
    part = run("catalogue", "diff", "--part", file)
    assert "1 new, 1 amended, 0 replaced, 0 abolished" in part.stdout
    assert "agency: Sở Thử -> Sở Mới" in part.stdout


@only_sqlite
def test_ask_answers_what_was_imported(run: Run, db: Database, tmp_path: Path) -> None:
    question = json.dumps({"id": 1, "text": "xin cấp giấy phép đánh bắt cá ngừ hết bao nhiêu tiền"}) + "\n"
    run("catalogue", "import", written(tmp_path / "all.jsonl", LINE, OTHER))
    reply = json.loads(run("ask", "--json", given=question).stdout)
    assert (reply["procedure"], reply["aspect"]) == ("1.000002", "fee")
    assert "Nguồn chưa ghi rõ có thu phí hay không" in reply["text"]
    assert "Theo dữ liệu Cổng Dịch vụ công quốc gia ngày 10/06/2026" in reply["text"]
