from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
import time
from contextlib import closing

import pytest
from rich.cells import cell_len

from summ.article import Article
from summ.cli import console
from summ.cli.console import progress_bar, show_json, show_notices, show_result, show_text
from summ.result import Notice, Result, Summary, Translation

ARABIC = "قال المؤسس Jack Ma، وهو رجل أعمال، إن شركته Ant Group لن تتوقف عن العمل في هذا العام. " * 3
ENGLISH = "The founder said that the company would not stop its work this year, whatever the regulators do.\n\n" * 2
RESULT = Result(
    Article("نص", id="خبر-1"),
    Summary(ARABIC),
    Translation(ENGLISH),
    Summary("A short one.", language="en", kind="translated"),
)
ESCAPE = "\x1b"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def terminals(monkeypatch) -> tuple[Terminal, Terminal]:
    """Make the standard streams terminals of 80 columns. Not a fixture: pytest sets the streams anew for the call."""
    out, err = Terminal(), Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    for name, value in (("COLUMNS", "80"), ("LINES", "40"), ("TERM", "xterm-256color")):
        monkeypatch.setenv(name, value)
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    return out, err


@pytest.fixture(autouse=True)
def nothing_said_yet(monkeypatch):
    monkeypatch.setattr(console, "_said", set())


# In a pipe: exactly the texts.


def test_a_pipe_gets_the_exact_texts_under_stable_headings(capsys):
    show_result(RESULT, named=False)
    expected = f"## الملخص\n{ARABIC}\n\n## Translation\n{ENGLISH}\n\n## English summary\nA short one.\n\n"
    assert capsys.readouterr() == (expected, "")
    show_result(RESULT, named=True)
    assert capsys.readouterr().out == f"# خبر-1\n{expected}"


def test_parts_that_are_missing_have_no_heading(capsys):
    show_result(Result(Article("نص"), translation=Translation("Text.")), named=False)
    assert capsys.readouterr().out == "## Translation\nText.\n\n"


def test_one_text_alone_is_that_text(capsys):
    show_text(ARABIC + ESCAPE, heading=None, right_to_left=True)
    assert capsys.readouterr().out == ARABIC + ESCAPE + "\n"
    show_text(ARABIC, heading="خبر", right_to_left=True)
    assert capsys.readouterr().out == f"# خبر\n{ARABIC}\n\n"


def test_json_is_one_line(capsys):
    show_json({"text": "سطر\nوسطر\u2028"})
    out = capsys.readouterr().out
    assert out.count("\n") == 1 and json.loads(out) == {"text": "سطر\nوسطر\u2028"}


# On a terminal: wrapped, Arabic at the right, not one word changed.


def test_a_terminal_gets_whole_words_in_lines_that_fit(monkeypatch):
    out, err = terminals(monkeypatch)
    show_result(RESULT, named=True)
    lines = out.getvalue().replace(f"{ESCAPE}[1m", "").replace(f"{ESCAPE}[0m", "").split("\n")
    assert ESCAPE not in "".join(lines)
    assert all(cell_len(line) < 80 for line in lines)
    arabic = [line for line in lines if line.endswith("\u2069") and "─" not in line]
    assert " ".join(line.strip().strip("\u2067\u2069") for line in arabic).split() == ARABIC.split()
    assert len({cell_len(line) for line in arabic}) == 1, "the right edge is one column"
    assert all(line.startswith(" ") for line in arabic)
    start = next(i for i, line in enumerate(lines) if line.startswith("Translation ─"))
    end = next(i for i, line in enumerate(lines) if line.startswith("English summary ─"))
    assert " ".join(lines[start + 1 : end]).split() == ENGLISH.split()
    assert err.getvalue() == ""


def test_wide_terminals_do_not_make_long_lines(monkeypatch):
    out, _ = terminals(monkeypatch)
    monkeypatch.setenv("COLUMNS", "300")
    show_text(ARABIC, heading="عنوان", right_to_left=True)
    assert 90 < max(map(cell_len, out.getvalue().split("\n"))) < 110


def test_a_word_longer_than_the_line_is_folded_not_cut(monkeypatch):
    out, _ = terminals(monkeypatch)
    show_text("https://example.org/" + "a" * 200, heading=None)
    assert "".join(out.getvalue().split()) == "https://example.org/" + "a" * 200


def test_an_article_cannot_steer_the_terminal(monkeypatch):
    out, err = terminals(monkeypatch)
    attack = f"before {ESCAPE}]0;title\x07{ESCAPE}[2J\x9b31m\rafter"
    show_text(attack, heading=attack)
    show_notices([Notice("code", attack, 0, len(attack))], Article(attack, id=attack))
    for seen in (out.getvalue().replace(f"{ESCAPE}[1m", "").replace(f"{ESCAPE}[0m", ""), err.getvalue()):
        assert not set(seen) & {ESCAPE, "\x07", "\x9b", "\r"}
        assert "␛]0;title␇␛[2J" in seen


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_escape_sequences_where_they_are_not_wanted(monkeypatch, name, value):
    out, err = terminals(monkeypatch)
    monkeypatch.setenv(name, value)
    monkeypatch.setattr(console, "_BAR_AFTER", 0.0)
    monkeypatch.setattr(console, "_LINE_EVERY", 0.0)
    with progress_bar("sentences", quiet=False) as progress:
        progress(1, 2)
    show_result(RESULT, named=True)
    show_notices([Notice("a", "b")], RESULT.article)
    assert ESCAPE not in out.getvalue() + err.getvalue()
    assert err.getvalue() == "summ: 1 of 2 sentences\nsumm: note: خبر-1: b\n"


# Notices.


def _notes(capsys, notices, article=RESULT.article) -> list[str]:
    show_notices(notices, article)
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()


def test_a_notice_is_a_line_with_the_words_it_concerns(capsys):
    article = Article("جملة أولى. " + "كلمة " * 20, id="a")
    notices = [Notice("x", "one thing"), Notice("y", "two\nlines", 0, 10), Notice("z", "long", 11, 110)]
    assert _notes(capsys, notices, article) == [
        "summ: note: a: one thing",
        "summ: note: a: two lines (جملة أولى.)",
        "summ: note: a: long (كلمة كلمة كلمة كلمة كلمة كلمة كلمة كلمة …)",
    ]
    named = Notice("name-missing", "the name كلمة is missing", 11, 15)
    assert _notes(capsys, [named], article) == ["summ: note: a: the name كلمة is missing"]
    assert _notes(capsys, notices[:1], Article("نص")) == ["summ: note: one thing"]
    assert _notes(capsys, []) == []


def test_many_notices_of_a_kind_are_one_line(capsys):
    notices = [Notice("numbers", f"{i} is missing") for i in range(40)] + [Notice("other", "something")]
    assert _notes(capsys, notices) == [
        "summ: note: خبر-1: numbers, 40 times; the first: 0 is missing",
        "summ: note: خبر-1: something",
        "summ: note: خبر-1: 39 more not shown; --json has them all",
    ]


@pytest.mark.parametrize(("kinds", "each", "lines", "hidden"), [(6, 1, 6, 0), (7, 1, 6, 2), (5, 2, 6, 5), (6, 2, 6, 7)])
def test_six_lines_at_most_and_the_rest_counted(capsys, kinds, each, lines, hidden):
    got = _notes(capsys, [Notice(f"k{i}", "m") for i in range(kinds)] * each)
    assert len(got) == lines
    assert (f": {hidden} more not shown" in got[-1]) == bool(hidden)


def test_what_concerns_the_model_is_said_once(capsys):
    rough = Notice("rough-translation", "a rough gist")
    assert _notes(capsys, [rough], Article("نص", id="a")) == ["summ: note: a rough gist"]
    assert _notes(capsys, [rough, Notice("x", "y")], Article("نص", id="b")) == ["summ: note: b: y"]


# Progress.


@pytest.mark.parametrize("quiet", [True, False])
def test_short_or_quiet_work_shows_nothing(monkeypatch, quiet):
    _, err = terminals(monkeypatch)
    with progress_bar("sentences", quiet=quiet) as progress:
        progress(1, 2)
        progress(2, 2)
    assert err.getvalue() == ""


def test_quiet_work_shows_nothing_however_long(monkeypatch):
    _, err = terminals(monkeypatch)
    monkeypatch.setattr(console, "_BAR_AFTER", 0.0)
    with progress_bar("sentences", quiet=True) as progress:
        time.sleep(0.05)
        progress(1, 2)
    assert err.getvalue() == ""


def test_lines_in_a_log_come_now_and_then(capsys, monkeypatch):
    clock = iter([0.0, 4.0, 9.9, 10.1, 15.0, 20.2])
    monkeypatch.setattr(console.time, "monotonic", lambda: next(clock))
    with progress_bar("sentences", quiet=False) as progress:
        for done in (1, 2, 3, 4):
            progress(done, 4)
        progress(2, 6)  # the next group counts from its own beginning
    assert capsys.readouterr() == ("", "summ: 3 of 4 sentences\nsumm: 6 of 10 sentences\n")


def test_the_bar_steps_aside_for_results(monkeypatch):
    out, err = terminals(monkeypatch)
    bar = console._Bar("sentences")
    monkeypatch.setattr(console, "_bar", bar)
    with closing(bar):
        bar._bring()  # as the timer does after a second
        bar.step(5, 20)
        bar._progress.refresh()
        assert "sentences" in err.getvalue() and "5/20" in err.getvalue()
        drawn = len(err.getvalue())
        show_text("Result.", heading=None)
        assert out.getvalue() == "Result.\n", "results go to standard output, and nothing else does"
        assert f"{ESCAPE}[2K" in err.getvalue()[drawn:], "the bar's line is erased first"
        bar._progress.refresh()
        assert bar._progress.live.is_started
        bar.step(20, 20)
        assert not bar._progress.live.is_started, "the work is done: results may come"
        bar.step(1, 9)
        assert bar._progress.tasks[0].completed == 21 and bar._progress.tasks[0].total == 29
    assert not bar._progress.live.is_started
    assert err.getvalue().endswith((f"{ESCAPE}[2K", f"{ESCAPE}[?25h"))


def test_a_real_terminal_on_standard_error_and_a_pipe_on_standard_output():
    code = (
        "import sys, time\n"
        "from summ.cli import console\n"
        "console._BAR_AFTER = 0.1\n"
        "with console.progress_bar('sentences', quiet=False) as progress:\n"
        "    progress(3, 9)\n"
        "    time.sleep(0.5)\n"
        "    console.show_text('نص', heading=None, right_to_left=True)\n"
        "    sys.stdout.write('direct\\n')\n"
        "    progress(9, 9)\n"
    )
    parent, child = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=child,
        env=environment | {"TERM": "xterm", "PYTHONUTF8": "1"},
        timeout=60,
        check=True,
    )
    os.close(child)
    seen = os.read(parent, 65536).decode()
    os.close(parent)
    assert done.stdout.decode() == "نص\ndirect\n"
    assert "sentences" in seen and "3/9" in seen


def test_importing_the_console_costs_nothing():
    code = "import sys, summ.cli.console; print({'rich', 'typer', 'pydantic', 'jinja2', 'numpy'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
