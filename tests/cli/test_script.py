"""dm-nmf script: run a .s file on image files, check files and folders."""
import json

import numpy as np
import pytest

from offline_reference.cli import main

SCALE = 'image img := GetFrontImage()\nnumber f\nif (!GetNumber("Factor", 2, f)) exit(0)\n' \
        'image out := img * f\nout.ImageCopyCalibrationFrom(img)\nout.SetName("scaled")\nout.ShowImage()\n' \
        'Result("sum " + sum(out) + "\\n")\n'  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "scale.s").write_text(SCALE)
    np.save(tmp_path / "image.npy", np.arange(30, dtype=np.float32).reshape(5, 6))
    return tmp_path


def run(folder, *arguments):
    return main(["script", "run", str(folder / "scale.s"), "--image", str(folder / "image.npy"), *arguments])


def test_run_prints_results_and_saves_what_is_shown(folder, capsys):
    assert run(folder, "--answer", "3", "--save", str(folder / "out")) == 0
    assert capsys.readouterr().out == "sum 1305\n"
    facts = json.loads((folder / "out" / "result.json").read_text())
    assert [image["name"] for image in facts["images"]][0] == "scaled"
    assert (folder / "out" / facts["images"][0]["file"]).exists()


def test_an_error_is_shown_with_its_line_and_nothing_is_saved(folder, capsys):
    (folder / "scale.s").write_text('Result("so far")\nnumber a = Foo(1)\n')
    assert run(folder, "--save", str(folder / "out")) == 1
    captured = capsys.readouterr()
    assert captured.out == "so far\n"
    assert "scale.s, line 2, column 12: DM has no function Foo" in captured.err and "^" in captured.err
    assert not (folder / "out").exists()


def test_a_dialog_without_an_answer_stops_the_run(folder, capsys):
    assert run(folder) == 1
    assert "Factor" in capsys.readouterr().err


def test_an_endless_script_is_stopped(folder, capsys):
    (folder / "scale.s").write_text("while (1) { }")
    assert run(folder, "--step-limit", "10000") == 1
    assert "more than 10000 steps" in capsys.readouterr().err


def test_a_library_is_installed_first(folder, capsys):
    (folder / "lib.s").write_text("number Twice(number n) { return 2 * n }")
    (folder / "scale.s").write_text("Result(Twice(4))")
    assert run(folder, "--library", str(folder / "lib.s")) == 0
    assert capsys.readouterr().out == "8\n"


def test_libraries_that_the_header_needs_are_loaded_for_run_and_check(folder, capsys, monkeypatch):
    (folder / "functions").mkdir()
    twice = "/* Needs  functions/two.s */\nnumber Twice(number n) { return Two() * n }"
    (folder / "functions" / "twice.s").write_text(twice)
    (folder / "functions" / "two.s").write_text("number Two() { return 2 }")
    (folder / "scale.s").write_text("/* Scale\n   Needs  functions/twice.s\n*/\nResult(Twice(4))")
    monkeypatch.chdir(folder)
    assert main(["script", "run", "scale.s"]) == 0
    assert capsys.readouterr().out == "8\n"
    assert main(["script", "check", "--strict", "."]) == 0
    (folder / "functions" / "two.s").unlink()
    assert main(["script", "run", "scale.s"]) == 1
    assert "twice.s, line 1, column 11: The header needs functions/two.s, and there is no" in capsys.readouterr().err
    assert main(["script", "check", "scale.s"]) == 1


def test_a_library_brings_what_its_own_header_needs(folder, capsys):
    (folder / "two.s").write_text("number Two() { return 2 }")
    (folder / "lib.s").write_text("/* Needs  two.s */\nnumber Twice(number n) { return Two() * n }")
    (folder / "scale.s").write_text("Result(Twice(4))")
    assert run(folder, "--library", str(folder / "lib.s")) == 0
    assert capsys.readouterr().out == "8\n"


def test_a_missing_script_is_refused(folder, capsys):
    assert main(["script", "run", str(folder / "none.s")]) == 2
    assert "none.s" in capsys.readouterr().err


def test_syntax_says_ok_or_the_error_of_each_file_and_counts_them(tmp_path, capsys):
    (tmp_path / "sub").mkdir()
    (tmp_path / "good.s").write_text("Foo(1)")
    (tmp_path / "sub" / "gbk.S").write_bytes("// 电子衍射\nnumber a".encode("gbk"))
    (tmp_path / "sub" / "bad.s").write_text("if (")
    (tmp_path / "sub" / "notes.txt").write_text("if (")
    assert main(["script", "check", "--syntax", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{tmp_path / 'good.s'} ok"
    assert lines[1].startswith(f"{tmp_path / 'sub' / 'bad.s'}, line 1, column ")
    assert lines[-2] == f"{tmp_path / 'sub' / 'gbk.S'} ok"
    assert lines[-1] == "2 ok, 1 failed"
    assert main(["script", "check", "--syntax", str(tmp_path / "good.s")]) == 0


def test_check_resolves_calls_and_its_exit_code_is_for_ci(tmp_path, capsys):
    (tmp_path / "good.s").write_text("Result(Pi())")
    (tmp_path / "bad.s").write_text("Result(Pie())")
    (tmp_path / "doubtful.s").write_text("number n\nif (n = 1) n = 2")
    assert main(["script", "check", str(tmp_path / "good.s")]) == 0
    assert main(["script", "check", str(tmp_path / "doubtful.s")]) == 0
    assert main(["script", "check", "--strict", str(tmp_path / "doubtful.s")]) == 1
    capsys.readouterr()
    assert main(["script", "check", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "the nearest name is Pi" in out
    assert out.splitlines()[-1] == "2 ok, 1 failed (1 errors, 1 warnings)"


def test_a_path_that_is_not_there_or_holds_no_script_is_refused(tmp_path, capsys):
    assert main(["script", "check", str(tmp_path / "none.s")]) == 2
    assert main(["script", "check", str(tmp_path)]) == 2
