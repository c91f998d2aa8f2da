import uuid
from pathlib import Path

import cv2
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.clock import office_time
from app.passes.constants import PassKind
from app.passes.rules import sign_pass
from app.registrations.documents import CODE_MM, Card, _name_size, _typeset, cards_pdf
from tests.support import readers

FONTS = Path(__file__).parents[3] / "frontend/node_modules/@expo-google-fonts/noto-sans-sc"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PRINTED = office_time(2021, 9, 17, 16, 30)
MM = 200 / 25.4
"""Pixels of a millimetre in the pictures of the pages."""
HOSTILE = [
    '#[*_$"\\`@<a>',
    "] #panic() [",
    "$x$ // /* */",
    '"; #read("/etc/passwd")',
    "{{ 7*7 }}",
    "\\u{41}",
    "'/><script>",
]


def card(n, name="王德福"):
    text = sign_pass(KEY, kind=PassKind.PERSON, kid=1, pass_id=uuid.UUID(int=n), generation=0)
    return Card(text, f"000000{n:02d}", name, f"A{n:04d}", "相约星期六·悦跑新山亭 徐庄站", "体验组 8 km", "第一中学")


def pages(cards):
    made = _typeset(cards, FONTS, title="码", foot="", printed_at=PRINTED, form="png")
    pictures = made if isinstance(made, list) else [made]
    return [cv2.imdecode(np.frombuffer(one, np.uint8), cv2.IMREAD_GRAYSCALE) for one in pictures]


@pytest.mark.parametrize(("cards", "sheets"), [(1, 1), (10, 1), (11, 2), (20, 2), (21, 3)])
def test_ten_cards_stand_on_a_page(cards, sheets):
    assert len(pages([card(n) for n in range(cards)])) == sheets


def test_every_code_of_a_page_reads_and_is_that_of_its_card():
    cards = [card(n) for n in range(10)]
    (page,) = pages(cards)
    read = []
    for n in range(10):
        top, left = round((11 + 55 * (n // 2)) * MM), round((10 + 95 * (n % 2)) * MM)
        part = page[top : top + round(50 * MM), left + 4 : left + round(43 * MM)]
        (seen,) = readers.codes(part)
        read.append(seen.text)
        assert abs((seen.position.top_right.x - seen.position.top_left.x) / MM - CODE_MM) < 0.6
    assert read == [one.text for one in cards]
    assert CODE_MM >= 30


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_can_command_the_typesetter(name):
    plain, (page,) = pages([card(1, "x")]), pages([card(1, name)])
    assert len(plain) == 1
    assert page.shape == plain[0].shape
    assert readers.code(page[: round(70 * MM), : round(54 * MM)]) == card(1).text


def test_a_name_is_set_in_letters_of_its_own():
    drawn = {pages([Card(card(1).text, "00000001", name)])[0].tobytes() for name in ("𫖯", "㛃", "龘", "王", "\ufffe")}
    assert len(drawn) == 5  # a font that lacks one draws the same empty box for it


@pytest.mark.parametrize(
    ("name", "size"),
    [("李", 22), ("欧阳娜娜", 22), ("阿依古丽·买买提", 15), ("Maria José da Silva", 15), ("王" * 60, 8)],
)
def test_a_long_name_is_set_smaller(name, size):
    assert _name_size(name) == size


def test_a_name_of_sixty_letters_stays_inside_its_card():
    (alone,) = pages([card(1, "王" * 60)])
    (short,) = pages([card(1)])
    below = round(67 * MM)
    assert np.array_equal(alone[below:], short[below:])


def test_the_same_cards_give_the_same_file():
    made = [cards_pdf([card(1)], fonts=FONTS, printed_at=PRINTED, title="徐庄站") for _ in range(2)]
    assert made[0].startswith(b"%PDF-")
    assert made[0] == made[1]


def test_the_foot_says_when_it_was_printed_unless_told_otherwise():
    files = {
        cards_pdf([card(1)], fonts=FONTS, printed_at=PRINTED, title="徐庄站", foot=foot)
        for foot in ("", "2021-09-17 16:30", "https://example.org/team 2021-09-17 16:30")
    }
    assert len(files) == 2


def test_a_machine_without_the_font_is_told_what_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError, match="no font in"):
        cards_pdf([card(1)], fonts=tmp_path, printed_at=PRINTED, title="徐庄站")
