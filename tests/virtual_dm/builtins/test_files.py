"""Files, folders and streams, all inside the one folder that a run may use."""

import numpy as np
import pytest

from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.script.errors import ScriptStopped
from tests.virtual_dm.builtins.scripts import error_of, ramp, run


def test_what_is_written_can_be_read_line_by_line(tmp_path):
    code = (
        'number f = CreateFileForWriting("notes.txt")\nWriteFile(f, "one\\n")\n'
        'WriteFile(f, 0, "two " + 2)\nCloseFile(f)\n'
        'f = OpenFileForReading("notes.txt")\nstring line\nwhile (ReadFileLine(f, line)) Result("[" + line + "]")\n'
        "Result(GetFileSize(f))\nCloseFile(f)"
    )
    assert run(code, folder=tmp_path).results == "[one\n][two 2]9"
    assert (tmp_path / "notes.txt").read_bytes() == b"one\ntwo 2"


def test_texts_are_windows_1252(tmp_path):
    (tmp_path / "u.txt").write_bytes(b"5 \xb5m\r\n")
    code = (
        'number f = OpenFileForReading("u.txt")\nstring s\nReadFileLine(f, 0, s)\n'
        'Result(Asc(s.Mid(2, 1)) + "," + s.Len())'
    )
    assert run(code, folder=tmp_path).results == "181,6"


def test_opening_for_writing_keeps_what_is_there_and_creating_empties(tmp_path):
    (tmp_path / "a.txt").write_text("abcdef")
    run('number f = OpenFileForWriting("a.txt")\nWriteFile(f, "XY")\nCloseFile(f)', folder=tmp_path)
    assert (tmp_path / "a.txt").read_text() == "XYcdef"
    run('CreateFile("a.txt")', folder=tmp_path)
    assert (tmp_path / "a.txt").read_text() == ""


def test_folders_are_made_listed_and_emptied(tmp_path):
    code = (
        'CreateDirectory("sub\\\\deep")\nnumber f = CreateFileForWriting("sub\\\\b.txt")\nCloseFile(f)\n'
        'TagGroup files = GetFilesInDirectory("sub", 1), both = GetFilesInDirectory("sub", 3)\nstring name\n'
        'files.TagGroupGetTagAsString("[0]:Name", name)\n'
        "Result(name + files.TagGroupCountTags() + both.TagGroupCountTags())\n"
        'DeleteFile("sub\\\\b.txt")\nResult(DoesFileExist("sub\\\\b.txt") + DoesDirectoryExist("sub\\\\deep"))'
    )
    assert run(code, folder=tmp_path).results == "b.txt121"


def test_windows_paths_stay_inside_the_folder(tmp_path):
    run('number f = CreateFileForWriting("C:\\\\data.txt")\nCloseFile(f)', folder=tmp_path)
    assert [path.name for path in tmp_path.rglob("*.txt")] == ["data.txt"]


@pytest.mark.parametrize("path", ["..\\\\out.txt", "../../out.txt"])
def test_nothing_outside_the_folder_is_touched(tmp_path, path):
    inside = tmp_path / "inside"
    inside.mkdir()
    message = error_of(f'number f = CreateFileForWriting("{path}")', folder=inside, kind=ScriptStopped)
    assert "outside the folder" in message
    assert list(tmp_path.rglob("*.txt")) == []


def test_without_a_folder_no_file_is_touched_at_all():
    assert "no folder" in error_of('number f = CreateFileForWriting("a.txt")', kind=ScriptStopped)


def test_missing_files_are_errors_that_a_script_may_catch(tmp_path):
    code = 'try { number f = OpenFileForReading("none.txt") } catch { Result("caught"); break }'
    assert run(code, folder=tmp_path).results == "caught"
    assert "no open file with number 5" in error_of('WriteFile(5, "x")', folder=tmp_path)


def test_too_many_open_files_stop_the_run(tmp_path):
    code = 'for (number i = 0; i < 300; i++) CreateFileForWriting("a.txt")'
    assert "CloseFile" in error_of(code, folder=tmp_path, kind=ScriptStopped)


# -- streams ----------------------------------------------------------------------------------------------------------


def test_a_memory_stream_reshapes_a_4d_image_into_a_matrix():
    code = (
        'image m := RealImage("m", 4, 30, 12)\nobject s = NewStreamFromBuffer(0)\n'
        "ImageWriteImageDataToStream(A, s, 0)\n"
        "s.StreamSetPos(0, 0)\nImageReadImageDataFromStream(m, s, 0)\nm.ShowImage()"
    )
    matrix = run(code, ramp(6, 5, 4, 3)).front_image().pixels
    np.testing.assert_array_equal(matrix, ramp(6, 5, 4, 3).pixels.reshape(12, 30))


@pytest.mark.parametrize("endian, order", [(0, "="), (1, ">"), (2, "<")])
def test_byte_orders_of_file_streams(tmp_path, endian, order):
    values = np.arange(30, dtype=np.uint16) * 300
    values.astype(np.dtype(np.uint16).newbyteorder(order)).tofile(tmp_path / "raw.bin")
    code = (
        'object s = NewStreamFromFileReference(OpenFileForReading("raw.bin"), 1)\n'
        f'image i := IntegerImage("i", 2, 0, 6, 5)\nImageReadImageDataFromStream(i, s, {endian})\ni.ShowImage()'
    )
    np.testing.assert_array_equal(run(code, folder=tmp_path).front_image().pixels.ravel(), values)


def test_a_stream_that_ends_too_early_is_an_error():
    code = (
        'object s = NewStreamFromBuffer(10)\nimage i := RealImage("i", 4, 6, 5)\nImageReadImageDataFromStream(i, s, 0)'
    )
    assert "ends after 10 of the 120 bytes" in error_of(code)


def test_positions_count_from_the_start_from_here_and_from_the_end():
    code = (
        'object s = NewStreamFromBuffer(0)\ns.StreamWriteAsText(0, "abcdefgh")\ns.StreamSetPos(0, 2)\n'
        "s.StreamSetPos(1, 1)\n"
        "Result(s.StreamReadAsText(0, 2))\ns.StreamSetPos(2, -1)\nResult(s.StreamReadAsText(0, 9) + s.StreamGetPos())"
    )
    assert run(code).results == "deh8"
    assert "before the beginning" in error_of("object s = NewStreamFromBuffer(4)\ns.StreamSetPos(0, -1)")


def test_tags_go_into_streams_as_the_bytes_of_their_type():
    code = (
        'TagGroup t = NewTagGroup()\nt.TagGroupSetTagAsLong("n", 258)\nt.TagGroupSetTagAsFloat("f", 1.5)\n'
        'object s = NewStreamFromBuffer(0)\nt.TagGroupWriteTagDataToStream("n", s, 1)\n'
        't.TagGroupWriteTagDataToStream("f", s, 2)\n'
        'image b := IntegerImage("b", 1, 0, 8)\ns.StreamSetPos(0, 0)\n'
        "ImageReadImageDataFromStream(b, s, 0)\nb.ShowImage()"
    )
    assert run(code).front_image().pixels.tolist() == [0, 0, 1, 2, *np.array([1.5], "<f4").tobytes()]


def test_memory_streams_are_bounded():
    assert "more than this run may take" in error_of("object s = NewStreamFromBuffer(1e12)", kind=ScriptStopped)


def test_an_object_that_is_no_stream_is_refused():
    assert "no open stream" in error_of("object o = alloc(ObjectList)\no.StreamSetPos(0, 0)")


# -- image files ------------------------------------------------------------------------------------------------------


def test_raw_and_text_files_hold_the_pixels(tmp_path):
    run('SaveAsRawData(A, "a.raw")\nSaveAsText(A, "a.txt")', ramp(6, 5), folder=tmp_path)
    np.testing.assert_array_equal(np.fromfile(tmp_path / "a.raw", np.float32).reshape(5, 6), ramp(6, 5).pixels)
    np.testing.assert_array_equal(np.loadtxt(tmp_path / "a.txt"), ramp(6, 5).pixels)


def test_gatan_files_go_through_the_reader_and_writer_of_the_workspace(tmp_path):
    from offline_reference.virtual_dm import run_script
    from offline_reference.virtual_dm.workspace import Workspace

    written = []

    def write_image(image, path, file_format):
        written.append((path.name, file_format))
        path.touch()

    workspace = Workspace(
        folder=tmp_path,
        write_image=write_image,
        read_image=lambda path: Image(np.ones((5, 6), np.float32), path.name),
    )
    workspace.show(ramp(6, 5))
    run_script(
        'A.SaveAsGatan("a.dm4")\nA.SaveAsTIFF("a.tif", 1)\nA.Save()\nResult(OpenImage("a.dm4").GetName())', workspace
    )
    assert written == [("a.dm4", "Gatan Format"), ("a.tif", "TIFF Format"), ("a.tif", "TIFF Format")]
    assert workspace.results == "a.dm4"


def test_saving_without_a_file_name_is_refused(tmp_path):
    assert "no file yet" in error_of("A.Save()", ramp(6, 5), folder=tmp_path)
