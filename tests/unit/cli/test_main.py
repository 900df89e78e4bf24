"""Starting the command."""

import sys

import pytest

from renewkit.cli import main


def test_the_command_calls_itself_by_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """However it is started, usage lines show `renewkit`."""
    monkeypatch.setattr(sys, "argv", ["-c", "--help"])
    with pytest.raises(SystemExit) as end:
        main()
    assert 0 == end.value.code
    assert "Usage: renewkit" in capsys.readouterr().out


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without typer the command says what to install."""
    monkeypatch.setitem(sys.modules, "typer", None)
    monkeypatch.delitem(sys.modules, "renewkit.cli.app", raising=False)
    with pytest.raises(SystemExit, match=r"pip install 'renewkit\[cli\]'"):
        main()


def test_ctrl_c_while_it_loads_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped before there was any work, the command leaves without a word."""

    class Stopping:
        def find_spec(self, name: str, path: object, target: object = None) -> None:
            if name == "renewkit.cli.app":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "renewkit.cli.app", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Stopping(), *sys.meta_path])
    with pytest.raises(SystemExit) as end:
        main()
    assert 130 == end.value.code
