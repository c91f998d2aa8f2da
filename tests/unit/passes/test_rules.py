import hashlib
import random
import uuid

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from app.passes.constants import PASS_LENGTH, TEXT_LENGTH, PassFault, PassKind, Suite
from app.passes.rules import (
    BASE45,
    SHORT_ALPHABET,
    PassFacts,
    base45_decode,
    base45_encode,
    build_body,
    canonical_text,
    format_short_code,
    new_short_code,
    parse_short_code,
    short_check,
    sign_pass,
    verify_pass,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = {1: KEY.public_key()}
PASS_ID = uuid.UUID("f47ac10b-58cc-4372-a567-0e02b2c3d479")
# The two published vectors: body, facts and text.
FIRST = (
    "110001f47ac10b58cc4372a5670e02b2c3d479000000",
    {"kind": PassKind.PERSON, "kid": 1, "pass_id": PASS_ID, "generation": 0},
    (
        "W625B0FNFOJ11$P9MEC1DFF02YOGDF000%MJI%0Y*I6EM$6R/R9/SJL$J4XROBMYD6EW0ULJ15OG7R699P7B:Y2H4OQ"
        ".4F02JV9LEWK:4-HE-E4-W94Z96KHYRNP-QZM0"
    ),
)
SECOND = (
    "110001f47ac10b58cc4372a56700000000000b000200",
    {
        "kind": PassKind.PERSON,
        "kid": 1,
        "pass_id": uuid.UUID("f47ac10b-58cc-4372-a567-00000000000b"),
        "generation": 2,
    },
    (
        "W625B0FNFOJ11$P9ME/0D000000QH1HB0+-J6ED%34ZS1LW3E*S-HG2NL$UTE597E98YQCRS9$D0$J2A4  C DQCBUAI"
        "1NMDHD7CBVB%US*91BDCL6MN37A3.PMWPU+QU"
    ),
)
BOTH = pytest.mark.parametrize(("body", "facts", "text"), [FIRST, SECOND])


def signed(body: bytes, key=KEY) -> str:
    """A pass with any body at all, rightly signed."""
    return base45_encode(body + key.sign(b"XIANGYUE-PASS-1\0" + body))


class TestVectors:
    def test_the_public_key_of_the_vectors(self):
        published = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
        assert KEY.public_key().public_bytes_raw().hex() == published

    @BOTH
    def test_the_facts_give_the_body(self, body, facts, text):
        assert build_body(**facts).hex() == body

    @BOTH
    def test_the_facts_give_the_text(self, body, facts, text):
        assert sign_pass(KEY, **facts) == text
        assert len(text) == TEXT_LENGTH == 129

    @BOTH
    def test_the_text_gives_the_facts(self, body, facts, text):
        assert verify_pass(text, KEYS) == PassFacts(suite=Suite.ED25519, flags=0, **facts)


class TestRefusals:
    @pytest.mark.parametrize("bit", range(PASS_LENGTH * 8))
    def test_no_single_bit_can_be_flipped(self, bit):
        raw = bytearray(base45_decode(FIRST[2]))
        raw[bit // 8] ^= 1 << bit % 8
        assert isinstance(verify_pass(base45_encode(bytes(raw)), KEYS), PassFault)

    @pytest.mark.parametrize("place", range(TEXT_LENGTH))
    def test_no_single_character_can_be_changed(self, place):
        text = SECOND[2]
        for character in BASE45:
            if character != text[place]:
                changed = text[:place] + character + text[place + 1 :]
                assert isinstance(verify_pass(changed, KEYS), PassFault)

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("", PassFault.BAD_LENGTH),
            (FIRST[2][:-1], PassFault.BAD_LENGTH),
            (FIRST[2] + "0", PassFault.BAD_LENGTH),
            (FIRST[2] + " ", PassFault.BAD_LENGTH),
            (" " + FIRST[2], PassFault.BAD_LENGTH),
            (SECOND[2].replace("  ", " "), PassFault.BAD_LENGTH),
            (FIRST[2] * 2, PassFault.BAD_LENGTH),
            ("https://example.org/", PassFault.BAD_LENGTH),
            (FIRST[2][:-1] + "!", PassFault.BAD_TEXT),
            (FIRST[2][:-1] + "é", PassFault.BAD_TEXT),
            (":::" + FIRST[2][3:], PassFault.BAD_TEXT),  # 91124: above 65535
            ("ß" + FIRST[2][1:], PassFault.BAD_TEXT),
        ],
    )
    def test_a_text_that_nobody_issued(self, text, fault):
        assert verify_pass(text, KEYS) is fault

    @pytest.mark.parametrize(
        ("offset", "value", "fault"),
        [
            (0, 0x01, PassFault.UNKNOWN_SUITE),
            (0, 0x21, PassFault.UNKNOWN_SUITE),
            (0, 0x31, PassFault.UNKNOWN_SUITE),
            (0, 0x10, PassFault.UNKNOWN_KIND),
            (0, 0x13, PassFault.UNKNOWN_KIND),
            (0, 0x15, PassFault.UNKNOWN_KIND),
            (21, 0x01, PassFault.UNKNOWN_FLAGS),
            (21, 0x80, PassFault.UNKNOWN_FLAGS),
            (2, 0x02, PassFault.UNKNOWN_KEY),
            (1, 0x01, PassFault.UNKNOWN_KEY),
        ],
    )
    def test_a_rightly_signed_body_with_an_unknown_field(self, offset, value, fault):
        body = bytearray.fromhex(FIRST[0])
        body[offset] = value
        assert verify_pass(signed(bytes(body)), KEYS) is fault

    def test_a_code_of_another_office_under_our_kid_is_forged(self):
        other = Ed25519PrivateKey.from_private_bytes(bytes(32))
        assert verify_pass(sign_pass(other, **FIRST[1]), KEYS) is PassFault.FORGED

    def test_a_signature_over_the_body_alone_is_forged(self):
        body = bytes.fromhex(FIRST[0])
        assert verify_pass(base45_encode(body + KEY.sign(body)), KEYS) is PassFault.FORGED

    def test_the_generation_of_one_code_cannot_be_put_on_another(self):
        raw = bytearray(base45_decode(FIRST[2]))
        raw[19:21] = (7).to_bytes(2, "big")
        assert verify_pass(base45_encode(bytes(raw)), KEYS) is PassFault.FORGED

    def test_an_old_key_still_verifies_beside_the_new_one(self):
        new = Ed25519PrivateKey.generate()
        keys = {1: KEY.public_key(), 2: new.public_key()}
        assert isinstance(verify_pass(FIRST[2], keys), PassFacts)
        assert verify_pass(sign_pass(new, **FIRST[1] | {"kid": 2}), keys).kid == 2

    @pytest.mark.parametrize("fault", list(PassFault))
    def test_every_fault_can_be_told_to_a_volunteer(self, fault):
        assert fault.label

    @given(st.text(max_size=140))
    def test_no_text_at_all_makes_the_reader_fall(self, text):
        assert isinstance(verify_pass(text, KEYS), PassFault)


class TestFolding:
    @BOTH
    def test_lower_case_is_the_same_pass(self, body, facts, text):
        assert verify_pass(text.lower(), KEYS) == verify_pass(text, KEYS)

    @BOTH
    def test_full_width_is_the_same_pass(self, body, facts, text):
        wide = "".join(chr(ord(c) + 0xFEE0) if c != " " else "\u3000" for c in text)
        assert verify_pass(wide, KEYS) == verify_pass(text, KEYS)
        assert verify_pass(wide.lower(), KEYS) == verify_pass(text, KEYS)

    @BOTH
    def test_what_an_input_method_types_for_a_key_is_the_same_pass(self, body, facts, text):
        typed = text.replace(".", "。").replace("$", "￥").replace("/", "、")
        assert canonical_text(typed) == text

    @pytest.mark.parametrize("text", ["ſ", "ı", "K", " A  B ", "\t"])
    def test_nothing_else_is_folded_and_nothing_trimmed(self, text):
        assert canonical_text(text) == text

    @pytest.mark.parametrize("character", list(BASE45))
    def test_the_alphabet_itself_stays(self, character):
        assert canonical_text(character) == character

    @BOTH
    def test_the_digest_of_the_folded_text_is_that_of_the_issued_one(self, body, facts, text):
        digest = hashlib.sha256(text.encode()).digest()
        assert hashlib.sha256(canonical_text(text.lower()).encode()).digest() == digest


class TestBody:
    @given(
        st.sampled_from(PassKind),
        st.integers(0, 0xFFFF),
        st.uuids(),
        st.integers(0, 0xFFFF),
    )
    def test_every_pass_is_read_back(self, kind, kid, pass_id, generation):
        text = sign_pass(KEY, kind=kind, kid=kid, pass_id=pass_id, generation=generation)
        facts = verify_pass(text, {kid: KEY.public_key()})
        assert facts == PassFacts(Suite.ED25519, kind, kid, pass_id, generation, 0)

    @pytest.mark.parametrize("field", [{"kid": 65536}, {"kid": -1}, {"generation": 65536}, {"flags": 256}])
    def test_a_number_that_does_not_fit_is_an_error(self, field):
        with pytest.raises(OverflowError):
            build_body(**FIRST[1] | field)

    @pytest.mark.parametrize(("kind", "stored"), [(1, "person"), (2, "team"), (4, "volunteer")])
    def test_a_kind_is_stored_by_its_name(self, kind, stored):
        assert PassKind(kind).label_code == stored
        assert PassKind(kind).label


class TestBase45:
    # RFC 9285, section 4.3 and 4.4
    @pytest.mark.parametrize(
        ("data", "text"),
        [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")],
    )
    def test_the_examples_of_the_rfc(self, data, text):
        assert base45_encode(data) == text
        assert base45_decode(text) == data

    @pytest.mark.parametrize("text", ["GGW", "A", "ABCA", "::", "a00", "00é"])
    def test_what_no_encoder_writes_is_refused(self, text):
        with pytest.raises(ValueError, match=r"group|character"):
            base45_decode(text)

    @given(st.binary(max_size=100))
    def test_every_string_of_bytes_is_read_back(self, data):
        assert base45_decode(base45_encode(data)) == data

    @given(st.text(BASE45, max_size=12))
    def test_there_is_one_text_for_each_string_of_bytes(self, text):
        try:
            data = base45_decode(text)
        except ValueError:
            return
        assert base45_encode(data) == text


class TestShortCode:
    def test_the_alphabet_is_crockfords_without_z(self):
        assert SHORT_ALPHABET == "0123456789ABCDEFGHJKMNPQRSTVWXY"
        assert len(SHORT_ALPHABET) == 31

    @pytest.mark.parametrize(
        ("seven", "check"),
        [("0000000", "0"), ("1000000", "1"), ("0000001", "7"), ("1234567", "G"), ("YYYYYYY", "3")],
    )
    def test_the_check_character_is_the_weighted_sum_mod_31(self, seven, check):
        # 1234567: 1+4+9+16+25+36+49 = 140 = 4 × 31 + 16 → G; YYYYYYY: −1 × 28 ≡ 3
        assert short_check(seven) == check

    @pytest.mark.parametrize(
        "typed",
        ["1234567G", "1234 567g", "１２３４－５６７Ｇ", " i234-567G ", "L2345 67G", "l234567g"],
    )
    def test_it_may_be_typed_as_one_likes(self, typed):
        assert parse_short_code(typed) == "1234567G"

    def test_o_is_zero(self):
        assert parse_short_code("oOo0 OOOO") == "00000000"

    @pytest.mark.parametrize("typed", ["", "1234567", "1234567H", "1234567GG", "1234U67G", "Z234567G", "一二三四"])
    def test_what_is_no_code(self, typed):
        assert parse_short_code(typed) is None

    @given(st.text(SHORT_ALPHABET, min_size=7, max_size=7), st.integers(0, 7), st.sampled_from(SHORT_ALPHABET))
    def test_one_wrong_character_is_always_noticed(self, seven, place, other):
        code = seven + short_check(seven)
        wrong = code[:place] + other + code[place + 1 :]
        assert parse_short_code(wrong) == (code if wrong == code else None)

    @given(st.text(SHORT_ALPHABET, min_size=7, max_size=7), st.integers(0, 7), st.integers(0, 7))
    def test_two_swapped_characters_are_always_noticed(self, seven, one, other):
        code = seven + short_check(seven)
        swapped = list(code)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        assert parse_short_code("".join(swapped)) == (code if swapped == list(code) else None)

    def test_a_new_code_is_valid_and_random(self):
        codes = {new_short_code() for _ in range(200)}
        assert len(codes) == 200
        assert all(parse_short_code(code) == code for code in codes)

    def test_a_new_code_can_be_drawn_from_a_given_source(self):
        assert new_short_code(random.Random(7).choice) == new_short_code(random.Random(7).choice)

    @pytest.mark.parametrize("code", ["1234567G", "00000000"])
    def test_it_is_shown_in_two_groups_of_four(self, code):
        shown = format_short_code(code)
        assert shown == f"{code[:4]} {code[4:]}"
        assert parse_short_code(shown) == code
