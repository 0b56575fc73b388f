"""Questions that are all different: nothing that remembers a text can win the bench."""

import itertools
import random

from content import library
from nlu.text import fold

ASKED = (
    "làm {} cần giấy tờ gì", "{} hết bao nhiêu tiền", "xin hỏi {} mất mấy ngày thì xong", "{} nộp ở đâu vậy ạ",
    "cho em hỏi {} có làm qua mạng được không", "muốn {} thì làm thế nào", "{} có mất phí không ad", "thủ tục {}",
    "hồ sơ {} gồm những gì", "bao giờ có kết quả {}", "nhà tôi cần {} thì phải ra đâu", "{} theo quy định nào",
)  # fmt: skip
SMALL_TALK = ("xin chào", "cảm ơn nhé", "hôm nay thời tiết thế nào", "cho tôi gặp cán bộ", "tôi muốn phản ánh")


def questions(count: int, *, seed: int) -> list[str]:
    """Return `count` questions about our procedures as people write them, every one another; half without marks.

    The same `seed` gives the same questions: ours and the peer's are of one kind, and a run can be repeated.
    """
    dice = random.Random(seed)  # noqa: S311 - variety, no secret
    names = sorted({name for record in library.load().catalogue for name in (record.short, *record.aliases)})
    asked = [form.format(name) for form, name in itertools.product(ASKED, names)]
    dice.shuffle(asked)
    if count > len(asked):
        raise ValueError(f"{count} questions wanted, {len(asked)} are there")
    chosen = [fold(text) if dice.random() < 0.5 else text for text in asked[:count]]
    for place in range(0, count, 20):  # one in twenty is about no procedure
        chosen[place] = f"{dice.choice(SMALL_TALK)} {seed}.{place}"
    return chosen
