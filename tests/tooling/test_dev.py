"""dev.py: its commands, what it does with the machine it finds, what it says when something is missing."""

from __future__ import annotations

import ast
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import dev
from tooling import browser, frontend, network, packages, paths, serving, suites
from tooling.paths import ROOT, Trouble

NEEDS_VENV = {"certificate.py": "tooling/serving.py", "readings.py": "app/core/readings.py"}
"""What runs by the interpreter of .venv, and the file that says so."""


@pytest.fixture
def program(tmp_path):
    """Make an executable that ends with a given exit code."""

    def make(name: str, code: int = 0) -> Path:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\nexit {code}\n")
        path.chmod(0o755)
        return path

    return make


@pytest.fixture
def trial_run():
    """Programs started by a test, ended after it whatever happens."""
    running = serving.Running(paths.child_environment())
    yield running
    running.stop()


def test_makefile_names_the_commands_of_dev_and_nothing_else():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    rules = re.findall(r"^([a-z]+):.*?## (.+)\n\t@\$\(DEV\) ([a-z]+)(.*)$", text, re.MULTILINE)
    assert [rule[0] for rule in rules] == list(dev.COMMANDS)
    assert all(target == called for target, _, called, _ in rules)
    assert re.findall(r"^([a-z]+):", text, re.MULTILINE) == list(dev.COMMANDS)
    for target, text_of_target, _, _ in rules:
        assert text_of_target.rstrip(".").lower().split()[0] == dev.COMMANDS[target].text.lower().split()[0]


def test_every_command_has_its_line_in_the_help(capsys):
    assert dev.main([]) == 0
    shown = capsys.readouterr().out
    for name, command in dev.COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(command.text)}$", shown, re.MULTILINE)


def test_an_unknown_command_is_told_and_fails(capsys):
    assert dev.main(["serve"]) == 2
    assert "no command 'serve'" in capsys.readouterr().out


def test_dashes_are_taken_off_before_the_options(monkeypatch):
    seen = []
    monkeypatch.setitem(dev.COMMANDS, "test", dev.Command(lambda extra: seen.append(extra) or 0))
    assert dev.main(["test", "--", "-k", "walk"]) == 0
    assert seen == [["-k", "walk"]]


def test_trouble_is_a_sentence_without_a_traceback(monkeypatch, capsys):
    def fail(_extra):
        raise Trouble("the disk is on holiday")

    monkeypatch.setitem(dev.COMMANDS, "setup", dev.Command(fail))
    assert dev.main(["setup"]) == 1
    assert capsys.readouterr().err.strip() == "the disk is on holiday"


@pytest.mark.parametrize("path", [ROOT / "dev.py", *sorted((ROOT / "tooling").glob("*.py"))], ids=lambda p: p.name)
def test_dev_runs_on_a_bare_python(path):
    """Nothing outside the standard library: it has to run before anything is installed."""
    if path.name in NEEDS_VENV:
        told = (ROOT / NEEDS_VENV[path.name]).read_text(encoding="utf-8")
        assert re.search(rf"tooling[./]{path.stem}", told)
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    strangers = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - {"tooling"}
    assert strangers == set()


def test_an_old_python_is_told_in_words():
    tree = ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"))
    guard = next(n for n, node in enumerate(tree.body) if isinstance(node, ast.If))
    before = [node for node in tree.body[:guard] if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [alias.name for node in before for alias in node.names] == ["sys"]
    first = ast.Module(tree.body[: guard + 1], type_ignores=[])
    shown = ast.unparse(first).replace("sys.version_info", "(3, 9)")
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer"):
        exec(compile(shown, "dev.py", "exec"), {})


def test_the_environment_of_programs_keeps_the_persons_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("PYTHONHOME", "/somewhere")
    monkeypatch.setenv("INSTANCE_PATH", "office")
    monkeypatch.chdir(tmp_path)
    env = paths.child_environment(TEST_DATABASE="sqlite")
    assert env["PIP_INDEX_URL"] == "https://mirror.example/simple"
    assert env["HTTPS_PROXY"] == "http://proxy.example:3128"
    assert "PYTHONHOME" not in env
    assert env["INSTANCE_PATH"] == str(tmp_path / "office")
    assert env["TEST_DATABASE"] == "sqlite"


def test_without_a_setting_the_instance_stands_in_the_project():
    assert paths.instance_path({}) == ROOT / "instance"
    assert paths.instance_path({"INSTANCE_PATH": ""}) == ROOT / "instance"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("ERROR: Could not find a version that satisfies the requirement flask", "Check the network"),
        ("ProxyError('Cannot connect to proxy.')", "Check the network"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "hash differs"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("error: command 'gcc' failed", "own words stand above"),
    ],
)
def test_pip_failures_are_explained(said, meant):
    assert meant in packages.explain(said)


@pytest.mark.parametrize(
    ("version", "enough"),
    [
        ("v20.19.0", True),
        ("v20.18.3", False),
        ("v21.7.3", False),
        ("v22.11.0", False),
        ("v22.12.0\n", True),
        ("v26.0.0", True),
        ("v18.20.4", False),
        ("", False),
    ],
)
def test_which_node_is_new_enough(version, enough):
    assert frontend.node_is_enough(version) is enough


def test_the_named_browser_is_taken(program):
    own = program("my-chrome")
    assert browser.find({"CHROMIUM": str(own)}) == str(own)


@pytest.mark.parametrize("path", ["/nowhere/chrome", "{broken}"])
def test_a_named_browser_that_does_not_start_is_no_silent_change(program, path):
    named = path.format(broken=program("broken", 1))
    with pytest.raises(Trouble, match="does not start as a browser"):
        browser.find({"CHROMIUM": named})


def test_a_stub_on_the_path_is_passed_over(monkeypatch, program):
    stub, real = program("chromium", 1), program("google-chrome")
    found = {"chromium": str(stub), "google-chrome": str(real)}
    monkeypatch.setattr(browser, "candidates", lambda env: iter(found.values()))
    assert browser.find({}) == str(real)


def test_browsers_are_looked_for_on_the_path_then_in_playwrights_folder(tmp_path):
    own = tmp_path / "chromium-1200" / "chrome-linux64" / "chrome"
    own.parent.mkdir(parents=True)
    own.touch()
    environ = {"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path), "HOME": str(tmp_path)}
    listed = list(browser.candidates(environ, which={"google-chrome": "/on/the/path"}.get))
    assert listed[0] == "/on/the/path"
    assert listed[-1] == str(own)


def test_without_any_browser_the_person_reads_what_to_do(monkeypatch):
    monkeypatch.setattr(browser, "find", lambda environ=None: None)
    monkeypatch.setattr(browser, "apt_install", lambda names: False)
    monkeypatch.setattr(browser.subprocess, "run", lambda *a, **k: None)
    with pytest.raises(Trouble, match=r"(?s)apt-get install chromium.*CHROMIUM=/path"):
        browser.find_or_install()


@pytest.mark.parametrize("value", ["0", "65536", "80a", "-1", "٨٠", "1e3"])
def test_a_port_that_is_none_is_refused(value):
    with pytest.raises(Trouble, match="has to be a number"):
        network.port_from(value)


def test_the_port_is_8000_unless_told():
    assert network.port_from(None) == 8000
    assert network.port_from("8123") == 8123


def test_a_taken_port_is_told_with_a_way_out():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Trouble, match=f"Port {port} is taken.*PORT={port + 1}"):
            network.require_free("127.0.0.1", port)
    network.require_free("127.0.0.1", port)


def test_nobody_answers_where_nobody_listens():
    assert network.answers(network.free_port(), https=False) is False


def test_the_three_audiences_and_the_accounts_are_printed(tmp_path):
    (tmp_path / "demo-accounts.txt").write_text("admin  相约-4711\n", encoding="utf-8")
    text = serving.welcome(["http://127.0.0.1:8000"], tmp_path)
    for address in (
        "http://127.0.0.1:8000/\n",
        "http://127.0.0.1:8000/office\n",
        "http://127.0.0.1:8000/scan\n",
    ):
        assert address in text
    assert "  admin  相约-4711" in text
    assert str(tmp_path / "demo-accounts.txt") in text


def test_how_to_begin_is_printed_where_nobody_is_an_administrator_yet(tmp_path):
    text = serving.welcome(["http://127.0.0.1:8000"], tmp_path, "ABCD-EFGH-IJKL-MNOP")
    assert "http://127.0.0.1:8000/setup" in text
    assert "ABCD-EFGH-IJKL-MNOP" in text


def test_the_server_listens_where_it_was_told_with_two_workers():
    command = serving.web_command("127.0.0.1", 8123)
    assert "--certfile" not in command
    if not paths.WINDOWS:
        assert command[command.index("--bind") + 1] == "127.0.0.1:8123"
        assert command[command.index("--workers") + 1] == "2"
        assert command[command.index("--threads") + 1] == "8"


def test_https_names_certificate_and_key(tmp_path):
    command = serving.web_command("0.0.0.0", 8123, certificate=tmp_path)
    assert command[command.index("--certfile") + 1] == str(tmp_path / "https-cert.pem")
    assert command[command.index("--keyfile") + 1] == str(tmp_path / "https-key.pem")


def test_plain_http_stays_on_this_machine_https_does_not():
    assert serving.Wishes(8000, https=False).host == "127.0.0.1"
    assert serving.Wishes(8000, https=True).host == "0.0.0.0"


def test_one_that_ends_is_noticed_and_the_rest_are_stopped(trial_run):
    trial_run.start("worker", [sys.executable, "-c", "import time; time.sleep(600)"])
    assert trial_run.ended() is None
    trial_run.start("web server", [sys.executable, "-c", "raise SystemExit(3)"])
    trial_run.programs["web server"].wait()
    assert trial_run.ended() == "web server"
    trial_run.stop()
    assert trial_run.programs["worker"].returncode == -signal.SIGTERM


def test_one_that_does_not_listen_is_ended_all_the_same(monkeypatch, trial_run, tmp_path):
    monkeypatch.setattr(serving, "STOP_SECONDS", 0.2)
    ready = tmp_path / "ready"
    deaf = (
        "import pathlib, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        f"pathlib.Path({str(ready)!r}).touch(); time.sleep(600)"
    )
    trial_run.start("worker", [sys.executable, "-c", deaf])
    while not ready.exists():
        time.sleep(0.02)
    trial_run.stop()
    assert trial_run.programs["worker"].returncode == -signal.SIGKILL


def test_a_server_that_dies_at_the_start_leaves_nothing_running(monkeypatch):
    started = []
    monkeypatch.setattr(serving, "web_command", lambda *a, **k: [sys.executable, "-c", "raise SystemExit(3)"])
    monkeypatch.setattr(serving, "worker_command", lambda: [sys.executable, "-c", "import time; time.sleep(600)"])
    popen = subprocess.Popen
    monkeypatch.setattr(serving.subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[-1])
    with pytest.raises(Trouble, match="The web server ended while starting"):
        serving.start_site(dict(os.environ), "127.0.0.1", network.free_port())
    assert [program.poll() is not None for program in started] == [True, True]


def test_all_suites_run_by_default_on_both_databases_and_in_the_browser(monkeypatch):
    monkeypatch.setattr(suites, "ROOT", ROOT)
    planned = suites.plan(["-k", "walk"])
    assert [suite.title for suite in planned] == ["on SQLite", "on PostgreSQL", "in the browser"]
    assert [dict(suite.env).get("TEST_DATABASE") for suite in planned] == ["sqlite", "postgresql", None]
    assert suites.options_of(["-k", "walk"]) == ["-k", "walk"]
    assert "tests/faults" in planned[0].places
    assert [suite.options for suite in planned[:2]] == [
        (*suites.QUICK, *suites.WORKERS)
    ] * 2  # the rest is for `faults`


def test_a_folder_that_is_named_runs_as_a_whole(monkeypatch):
    monkeypatch.setattr(suites, "ROOT", ROOT)
    assert [suite.options for suite in suites.plan(["tests/faults"])] == [(), ()]


def test_the_pictures_of_the_manual_are_taken_only_when_they_are_named(monkeypatch):
    monkeypatch.setattr(suites, "ROOT", ROOT)
    ignored = f"--ignore={suites.SHOTS}"
    for places in ([], ["tests/browser"], ["tests/browser/test_page_checks.py"]):
        assert ignored in suites.plan(places)[-1].options
    assert suites.plan([suites.SHOTS])[-1].options == ()


def test_faults_run_on_both_databases_with_all_that_is_slow(monkeypatch):
    ran = []
    monkeypatch.setattr(suites, "run_pytest", lambda suite, options: ran.append((suite, options)) or (0, "1 passed"))
    assert suites.faults(["-x"]) == 0
    assert [(suite.places, suite.options, dict(suite.env)) for suite, _ in ran] == [
        (("tests/faults", "tests/unit"), ("-m", "faults or slow"), {"TEST_DATABASE": store})
        for store in ("sqlite", "postgresql")
    ]


def test_named_places_narrow_the_suites():
    server = suites.plan(["tests/tooling/test_dev.py::test_x", "-x"])
    assert [suite.places for suite in server] == [("tests/tooling/test_dev.py::test_x",)] * 2
    assert suites.options_of(["tests/tooling/test_dev.py::test_x", "-x"]) == ["-x"]
    in_browser = suites.plan(["tests/browser/test_page_checks.py"])
    assert [suite.title for suite in in_browser] == ["in the browser"]


@pytest.mark.parametrize(
    ("output", "closing"),
    [
        ("..\n12 passed in 3.40s\n", "12 passed in 3.40s"),
        (
            "\x1b[32m===== \x1b[1m12 passed\x1b[0m, 1 warning in 3.40s =====\x1b[0m\n",
            "12 passed, 1 warning in 3.40s",
        ),
        (
            "FAILED x\n== 1 failed, 2 errors in 61.00s (0:01:01) ==\nmore\n",
            "1 failed, 2 errors in 61.00s (0:01:01)",
        ),
        ("== 4 deselected in 0.03s ==", "4 deselected in 0.03s"),
        ("Segmentation fault", ""),
    ],
)
def test_the_closing_line_of_pytest(output, closing):
    assert suites.closing_line(output) == closing


@pytest.mark.parametrize(
    ("codes", "narrowed", "expected"),
    [
        ([0, 0, 0], False, 0),
        ([0, 1, 0], False, 1),
        ([0, 5, 0], False, 5),  # a suite without tests is a mistake in a whole run
        ([5, 5, 0], True, 0),
        ([5, 5, 5], True, 5),
        ([5, 2, 0], True, 2),
    ],
)
def test_one_failing_suite_fails_the_run(codes, narrowed, expected, capsys):
    outcomes = [(f"suite {n}", code, "closing") for n, code in enumerate(codes)]
    assert suites.conclude(outcomes, narrowed=narrowed) == expected
    assert capsys.readouterr().out.count("closing") == len(codes)


def test_ci_runs_lint_and_then_the_tests():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    words = script.read_text(encoding="utf-8")
    assert words.index("make lint") < words.index("make test")
