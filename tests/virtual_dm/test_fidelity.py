"""FIDELITY.md is generated from the code, and current."""
from offline_reference.virtual_dm import fidelity, registry


def test_the_page_is_current():
    written = fidelity.PAGE.read_text(encoding="utf-8")
    assert written == fidelity.page(), "write it anew: python -m offline_reference.virtual_dm.fidelity"


def test_the_check_tells_a_stale_page(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(fidelity, "PAGE", tmp_path / "FIDELITY.md")
    assert fidelity.main(["--check"]) == 1
    assert fidelity.main([]) == 0
    assert fidelity.main(["--check"]) == 0
    assert "is current" in capsys.readouterr().out


def test_every_guess_and_every_function_that_is_missing_can_be_looked_up():
    text = fidelity.page()
    guesses = [f for twins in registry.FUNCTIONS.values() for f in twins if f.guess]
    assert guesses and all(f.guess.replace("|", "\\|").strip() in text for f in guesses)
    assert "CM_GetCurrentCamera" in text
