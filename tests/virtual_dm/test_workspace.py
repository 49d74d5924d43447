"""The workspace: windows, labels, prepared answers, keys, the allowed folder, the menu."""
import gc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_reference.virtual_dm.errors import DMError, LimitReached, NoAnswer, NotSimulated, OutsideFolder
from offline_reference.virtual_dm.images import Image, real_image
from offline_reference.virtual_dm.workspace import Keys, MenuItem, Workspace, letters


def image(name="", *sizes):
    return real_image(name, 4, *(sizes or (5, 6)))


def names(workspace):
    return [image.name for image in workspace.images()]


# -- windows ----------------------------------------------------------------------------------------------------------


def test_the_image_shown_last_is_in_front():
    workspace = Workspace()
    first, second = image("first"), image("second")
    workspace.show(first)
    workspace.show(second)
    assert workspace.front_image() is second
    assert workspace.next_image(second) is first
    assert workspace.next_image(first) is None
    workspace.show(first)
    assert names(workspace) == ["first", "second"]


def test_no_front_image_is_an_error_and_looking_for_one_is_not():
    with pytest.raises(DMError, match="no image is open"):
        Workspace().front_image()
    assert Workspace().find_front_image() is None


def test_hidden_images_live_on_and_come_back():
    workspace = Workspace()
    workspace.show(image("hidden"))
    workspace.hide(workspace.front_image())
    assert workspace.images() == []
    hidden = workspace.image_by_label("A")
    gc.collect()
    assert hidden.displays and not workspace.is_shown(hidden)
    workspace.show(hidden)
    assert names(workspace) == ["hidden"]


def test_a_deleted_image_is_gone_from_the_screen_and_keeps_its_pixels():
    workspace, gone = Workspace(), image("gone")
    workspace.show(gone)
    workspace.delete(gone)
    assert workspace.images() == [] and workspace.documents == []
    assert gone.is_deleted and gone.displays == [] and gone.pixels.shape == (6, 5)


def test_an_image_that_nobody_holds_dies_unless_it_is_kept():
    workspace = Workspace()
    number = workspace.id_of(image("dies"))
    kept = workspace.id_of(keep := image("kept"))
    workspace.keep(keep)
    del keep
    gc.collect()
    assert workspace.image_by_id(number) is None
    assert workspace.image_by_id(kept).name == "kept"


def test_a_closed_document_leaves_no_display():
    workspace = Workspace()
    document = workspace.show(image())
    workspace.close_document(document)
    assert not document.is_open and not document.window.is_shown and workspace.images() == []


# -- ids, labels, names -----------------------------------------------------------------------------------------------


def test_labels_are_letters_and_a_closed_images_letter_is_free_again():
    workspace = Workspace()
    a, b = image("a"), image("b")
    workspace.show(a)
    workspace.show(b)
    assert (a.label, b.label) == ("A", "B")
    assert workspace.image_by_label("b") is b
    workspace.delete(a)
    assert workspace.label_of(image("c")) == "A"


def test_labels_go_on_after_z():
    assert [letters(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


@given(st.integers(0, 10**6))
def test_no_two_numbers_have_the_same_letters(number):
    value = 0
    for letter in letters(number):
        value = value * 26 + ord(letter) - ord("A") + 1
    assert value - 1 == number


def test_ids_find_things_of_their_kind():
    workspace, one = Workspace(), image()
    assert workspace.image_by_id(workspace.id_of(one)) is one
    assert workspace.id_of(one) == workspace.id_of(one) == one.id
    document = workspace.show(one)
    assert workspace.image_by_id(workspace.id_of(document)) is None
    assert workspace.image_by_id(float("nan")) is None


def test_names_find_the_frontmost_image():
    workspace = Workspace()
    behind, front = image("same"), image("same")
    workspace.show(behind)
    workspace.show(front)
    assert workspace.image_by_name("same") is front
    assert workspace.image_by_name("other") is None


# -- dialogs ----------------------------------------------------------------------------------------------------------


def test_answers_are_given_in_their_order_and_remembered():
    workspace = Workspace(answers=["4", "default", "cancel", "yes", "a text"])
    assert workspace.ask_number("GetNumber", "How many?", 2) == 4.0
    assert workspace.ask_number("GetNumber", "How many?", 2) == 2
    assert workspace.ask_number("GetNumber", "How many?", 2) is None
    assert workspace.ask_choice("OkCancelDialog", "Go on?") is True
    assert workspace.ask_text("GetString", "Name?") == "a text"
    assert [dialog.answer for dialog in workspace.dialogs] == [4.0, 2, None, True, "a text"]


def test_a_dialog_without_an_answer_names_its_prompt():
    workspace = Workspace()
    with pytest.raises(NoAnswer, match="GetNumber asks 'How many components.' and no prepared answer is left"):
        workspace.ask_number("GetNumber", "How many components?", 4)
    assert len(workspace.complaints) == 1


@pytest.mark.parametrize("ask", [Workspace.ask_number, Workspace.ask_choice])
def test_an_answer_that_does_not_fit_is_refused(ask):
    workspace = Workspace(answers=["perhaps"])
    arguments = ("Some", "Prompt?") + ((1,) if ask is Workspace.ask_number else ())
    with pytest.raises(NoAnswer, match="Some asks 'Prompt.'; the prepared answer 'perhaps' does not fit"):
        ask(workspace, *arguments)


def test_a_dialog_to_be_read_takes_no_answer():
    workspace = Workspace(answers=[1])
    workspace.tell("Done.")
    assert workspace.dialogs[0].prompt == "Done." and list(workspace.answers) == [1]


def test_an_image_is_chosen_by_label_name_or_itself():
    workspace = Workspace()
    one = image("one")
    workspace.show(one)
    workspace.answers.extend(["a", "one", one, "default", "cancel"])
    assert [workspace.ask_image("Get", "Which?") for _ in range(5)] == [one] * 4 + [None]
    workspace.answers.append("two")
    with pytest.raises(NoAnswer, match="no open image has that label or name"):
        workspace.ask_image("Get", "Which?")


# -- keys and time ----------------------------------------------------------------------------------------------------


def test_keys_are_found_one_after_the_other_or_at_a_certain_look():
    keys = Keys.from_texts(["a", "27", "esc@4"])
    assert [keys.get_key() for _ in range(6)] == [97, 27, 0, 27, 0, 0]


def test_held_keys_are_down_from_a_certain_look_on():
    keys = Keys.from_texts(["shift+space@3", "ctrl"])
    assert [keys.is_held("shift") for _ in range(4)] == [False, False, True, True]
    assert [keys.is_held("space") for _ in range(3)] == [False, False, True]
    assert keys.is_held("control") and not keys.is_held("option")


@pytest.mark.parametrize("text", ["hyper", "shift+x", "esc@soon"])
def test_a_key_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="is no key"):
        Keys.from_texts([text])


def test_sleeping_takes_no_time_and_counts():
    workspace = Workspace()
    before = workspace.seconds()
    workspace.sleep(1000)
    assert workspace.seconds() - before >= 1000


# -- output -----------------------------------------------------------------------------------------------------------


def test_results_are_kept_and_echoed():
    heard = []
    workspace = Workspace(echo=heard.append)
    workspace.write("a\n")
    workspace.write("b", "notes")
    assert workspace.results == "a\n" and workspace.texts["notes"] == "b" and heard == ["a\n"]
    workspace.clear_results()
    assert workspace.results == ""


def test_progress_is_recorded():
    workspace = Workspace()
    workspace.set_progress("NMF", 1)
    workspace.set_progress("NMF", 2)
    workspace.close_progress()
    assert workspace.progress == [("NMF", "1", ""), ("NMF", "2", "")] and workspace.progress_window is None


# -- files ------------------------------------------------------------------------------------------------------------


def test_without_a_folder_no_file_is_touched():
    with pytest.raises(OutsideFolder, match="no folder that it may use"):
        Workspace().path("a.txt")


@pytest.mark.parametrize("path", ["../a.txt", "sub/../../a.txt", "/a.txt", "C:/../../a.txt"])
def test_paths_out_of_the_folder_are_refused(tmp_path, path):
    with pytest.raises(OutsideFolder, match="outside the folder of this run"):
        Workspace(folder=tmp_path).path(path)


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "link").symlink_to(tmp_path)
    with pytest.raises(OutsideFolder):
        Workspace(folder=tmp_path / "inside").path("link/a.txt")


def test_windows_paths_mean_folders_inside(tmp_path):
    workspace = Workspace(folder=tmp_path)
    assert workspace.path("C:\\data\\a.txt") == tmp_path.resolve() / "C" / "data" / "a.txt"
    assert workspace.path("sub\\a.txt") == tmp_path.resolve() / "sub" / "a.txt"
    assert workspace.path(str(tmp_path / "a.txt")) == tmp_path.resolve() / "a.txt"


def test_opening_needs_a_file_and_a_reader(tmp_path):
    workspace = Workspace(folder=tmp_path)
    with pytest.raises(DMError, match="There is no file 'a.dm4'"):
        workspace.open_image("a.dm4")
    (tmp_path / "a.dm4").touch()
    with pytest.raises(NotSimulated, match="needs a reader of image files"):
        workspace.open_image("a.dm4")
    workspace.read_image = lambda path: Image(np.zeros((2, 3)), path.stem)
    assert workspace.open_image("a.dm4").name == "a"


# -- limits, menu -----------------------------------------------------------------------------------------------------


def test_an_image_beyond_the_memory_limit_is_never_made():
    workspace = Workspace(memory_limit=1000)
    assert workspace.new_image("", 2, 10, 10).sizes == (10, 10)
    with pytest.raises(LimitReached, match="more than this run may take"):
        workspace.new_image("", 2, 1e9, 1e9)


def test_menu_items_are_installed_replaced_and_removed():
    workspace = Workspace()
    workspace.install(MenuItem("NMF", "", "Run", "exit(1)"))
    workspace.install(MenuItem("NMF", "", "Run", "exit(2)"))
    workspace.install(MenuItem("NMF", "", "Library", "", is_library=True))
    assert [item.text for item in workspace.menu] == ["exit(2)"]
    assert len(workspace.libraries) == 1
    assert workspace.choose("NMF", "", "Run") == 2
    assert workspace.remove_from_menu("NMF", "", "Run") and not workspace.remove_from_menu("NMF", "", "Run")
    with pytest.raises(DMError, match="no command 'Run' under 'NMF'"):
        workspace.choose("NMF", "", "Run")


def test_what_was_deferred_is_done_once_in_order():
    workspace, done = Workspace(), []
    workspace.deferred += [lambda: done.append(1), lambda: workspace.deferred.append(lambda: done.append(2))]
    workspace.run_deferred()
    assert done == [1, 2] and workspace.deferred == []
