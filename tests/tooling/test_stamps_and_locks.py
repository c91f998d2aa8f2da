"""Work done once, locked packages, figures of benches, the certificate for phones."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from tooling import benches, certificate, figures, lock, stamps
from tooling.figures import Figure
from tooling.paths import ROOT, Trouble

HASH = "    --hash=sha256:" + "a" * 64
NOW = datetime(2030, 6, 1, tzinfo=UTC)


def test_a_fingerprint_follows_names_contents_and_absence(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("a")
    seen = [stamps.fingerprint([one, two], base=tmp_path)]
    two.write_text("")
    seen.append(stamps.fingerprint([one, two], base=tmp_path))
    one.write_text("b")
    seen.append(stamps.fingerprint([one, two], base=tmp_path))
    one.write_text("")
    two.write_text("b")
    seen.append(stamps.fingerprint([one, two], base=tmp_path))
    seen.append(stamps.fingerprint([one, two], base=tmp_path, extra="3.12"))
    assert len(set(seen)) == len(seen)
    assert stamps.fingerprint([two, one, two], base=tmp_path, extra="3.12") == seen[-1]


def test_a_stamp_is_fresh_for_its_value_alone(tmp_path):
    stamp = tmp_path / "state" / "work.stamp"
    assert not stamps.is_fresh(stamp, "abc")
    stamps.finish(stamp, "abc")
    assert stamps.is_fresh(stamp, "abc")
    assert not stamps.is_fresh(stamp, "abd")


def test_files_below_goes_to_all_depths_and_leaves_caches_out(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "__pycache__").mkdir()
    for name in ("deep/er/x.ts", "y.ts", "__pycache__/z.pyc"):
        (tmp_path / name).touch()
    found = stamps.files_below(tmp_path, tmp_path / "single.json")
    assert {path.name for path in found} == {"x.ts", "y.ts", "single.json"}


@pytest.mark.parametrize("name", [target for _, target in lock.PAIRS])
def test_lock_files_pin_and_hash_every_package_and_name_no_place(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert lock.faults(text) == []
    assert text.count("==") > 20


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("--index-url https://mirror.example/simple\n", "place to fetch from"),
        ("--find-links /opt/wheels\n", "place to fetch from"),
        ("# from https://mirror.example/simple\n", "names an address"),
        ("flask==3.1.3\n", "no pinned version"),
        ("flask==3.1.3 \\\n    # via -r requirements.in\n", "no hash"),
        (f"flask>=3.1 \\\n{HASH}\n", "no pinned version"),
        (f"flask @ https://mirror.example/flask.whl \\\n{HASH}\n", "place to fetch from"),
        ("flask==3.1.3 \\\n    --hash=md5:abc\n", "no hash"),
    ],
)
def test_a_lock_file_with_a_fault_is_refused(text, fault):
    assert any(fault in found for found in lock.faults(text))


def test_a_sound_lock_file_passes():
    text = f"# made by make lock\nflask==3.1.3 \\\n{HASH} \\\n{HASH}\n    # via -r requirements.in\n"
    marked = f"gunicorn==27.0.1 ; sys_platform != 'win32' \\\n{HASH}\npsycopg[binary]==3.3.9 \\\n{HASH}\n"
    assert lock.faults(text + marked) == []


@pytest.mark.parametrize(
    ("figure", "ratio", "holds"),
    [
        (Figure("scans", 1000, "1/s", bar=0.1, ceiling=5000), 0.2, True),
        (Figure("scans", 400, "1/s", bar=0.1, ceiling=5000), 0.08, False),
        (Figure("page", 30, "ms", bar=1.5, ceiling=20, sense="at_most"), 1.5, True),
        (Figure("page", 31, "ms", bar=1.5, ceiling=20, sense="at_most"), 1.55, False),
        (Figure("weight", 101, "kB", bar=100, sense="at_most"), None, False),
        (Figure("weight", 99, "kB", bar=100, sense="at_most"), None, True),
    ],
)
def test_a_figure_holds_when_it_keeps_its_bar(figure, ratio, holds):
    row = figure.as_row()
    assert row["ratio"] == (None if ratio is None else pytest.approx(ratio))
    assert row["holds"] is holds
    assert set(figures.FIELDS) <= row.keys()


def test_a_bench_hands_its_figures_over_and_fails_when_one_falls_short(tmp_path, monkeypatch, capsys):
    out = tmp_path / "figures.json"
    monkeypatch.setenv("BENCH_FIGURES", str(out))
    good, bad = Figure("good", 2, "1/s", bar=1), Figure("bad", 1, "1/s", bar=2)
    assert figures.report([good]) == 0
    assert figures.report([good, bad]) == 1
    assert figures.report([]) == 1
    assert figures.report([good, bad]) == 1
    assert [row["name"] for row in json.loads(out.read_text())] == ["good", "bad"]
    assert "FALLS SHORT" in capsys.readouterr().out


def test_fresh_figures_replace_held_ones_of_the_same_name():
    held = [{"name": "a", "value": 1}, {"name": "b", "value": 1}]
    merged = benches.merge(held, [{"name": "b", "value": 2}, {"name": "c", "value": 3}])
    assert merged == [{"name": "a", "value": 1}, {"name": "b", "value": 2}, {"name": "c", "value": 3}]


def test_benches_are_found_and_unknown_ones_refused(tmp_path):
    for name in ("scans.py", "pages.py", "_client.py", "notes.md"):
        (tmp_path / name).touch()
    assert benches.scripts(folder=tmp_path) == ["pages", "scans"]
    assert benches.scripts(["scans"], folder=tmp_path) == ["scans"]
    with pytest.raises(Trouble, match="No bench named scan"):
        benches.scripts(["scan"], folder=tmp_path)


@pytest.mark.parametrize(("holds", "code"), [(True, 0), (False, 1)])
def test_the_results_of_all_benches_stand_in_one_file(monkeypatch, tmp_path, holds, code):
    row = {"value": 1, "unit": "s", "ceiling": None, "ratio": None, "bar": 1, "sense": "at_least"}
    monkeypatch.setattr(benches, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(benches, "scripts", lambda chosen: ["pages", "scans"])
    monkeypatch.setattr(benches, "run", lambda name: [row | {"name": name, "holds": holds}])
    assert benches.bench([]) == code
    assert [found["name"] for found in json.loads((tmp_path / "results.json").read_text())] == [
        "pages",
        "scans",
    ]


def test_a_bench_without_figures_fails_the_run(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(benches, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(benches, "scripts", lambda chosen: ["broken"])
    monkeypatch.setattr(benches, "run", lambda name: [])
    assert benches.bench([]) == 1
    assert "Ended without a figure: broken" in capsys.readouterr().out


def test_the_certificate_names_every_address_and_its_key_is_private(tmp_path):
    certificate.make(tmp_path, ["localhost", "127.0.0.1", "192.168.1.7"], NOW)
    made = x509.load_pem_x509_certificate((tmp_path / certificate.CERTIFICATE).read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(a) for a in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "192.168.1.7"]
    assert stat.S_IMODE((tmp_path / certificate.KEY).stat().st_mode) == 0o600


def test_a_certificate_is_kept_until_it_no_longer_fits(tmp_path):
    certificate.make(tmp_path, ["localhost", "127.0.0.1"], NOW)
    made = x509.load_pem_x509_certificate((tmp_path / certificate.CERTIFICATE).read_bytes())
    end = made.not_valid_after_utc
    assert certificate.fits(made, ["127.0.0.1"], NOW)
    assert not certificate.fits(made, ["127.0.0.1", "192.168.1.7"], NOW)
    assert certificate.fits(made, ["localhost"], end - timedelta(days=8))
    assert not certificate.fits(made, ["localhost"], end - timedelta(days=6))


def test_a_second_start_keeps_the_certificate(tmp_path):
    certificate.ensure(tmp_path, ["localhost"])
    first = (tmp_path / certificate.CERTIFICATE).read_bytes()
    certificate.ensure(tmp_path, ["localhost"])
    assert (tmp_path / certificate.CERTIFICATE).read_bytes() == first
    certificate.ensure(tmp_path, ["localhost", "192.168.1.7"])
    assert (tmp_path / certificate.CERTIFICATE).read_bytes() != first
