"""One DM without a screen: open images, window order, Results text, prepared answers, keys, menu.

Both doors, the ``DigitalMicrograph`` module and the DM-script interpreter, act on a ``Workspace``. A test or a
command line fills it, runs scripts, and looks at what is left:

    workspace = Workspace(answers=[4])
    workspace.show(Image(pixels, "Scan"))
    run_script("nmf.s", workspace)
    workspace.front_image().pixels, workspace.results
"""
import datetime
import fnmatch
import os
import re
import time
import weakref
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from offline_reference.virtual_dm.displays import DocumentWindow, ImageDocument
from offline_reference.virtual_dm.errors import DMError, LimitReached, NoAnswer, NotSimulated, OutsideFolder, UserAbort
from offline_reference.virtual_dm.images import Image, dtype_of, new_image
from offline_reference.virtual_dm.switches import Switches
from offline_reference.virtual_dm.tags import TagGroup

CANCEL = "cancel"
DEFAULT = "default"
KEY_CODES = {"space": 32, "esc": 27, "escape": 27, "return": 13, "tab": 9}
KEY_CODES.update({"left": 28, "right": 29, "up": 30, "down": 31})
MODIFIERS = {name: name for name in ("shift", "control", "option", "command", "space")}
MODIFIERS.update({"ctrl": "control", "alt": "option"})


@dataclass
class Dialog:
    """One dialog that opened: what kind, what it said, what was answered."""

    kind: str
    prompt: str
    answer: object


@dataclass
class MenuItem:
    """One installed script."""

    menu: str
    submenu: str
    command: str
    text: str
    file: str = ""
    is_library: bool = False
    package: str = ""
    level: int = 0

    @property
    def place(self):
        """What DM tells it by: (menu, submenu, command, package)."""
        return (self.menu, self.submenu, self.command, self.package)


@dataclass
class Keys:
    """Keys that a run finds pressed.

    Items are texts such as ``"esc"``, ``"a"``, ``"32"`` (one key each for GetKey, in this order), ``"esc@5"``
    (found by the fifth call of GetKey and not before), ``"shift"`` (held from the start) and ``"shift+space@3"``
    (each found held by the third call that asks for it and by all later ones). "space" alone is a key for GetKey;
    held alone it is written "+space".
    """

    pressed: list = field(default_factory=list)  # (call number or None, code)
    held: dict = field(default_factory=dict)  # modifier -> first call that finds it held
    n_calls: dict = field(default_factory=dict)

    @classmethod
    def from_texts(cls, texts):
        keys = cls()
        for text in texts:
            names, _, at = str(text).partition("@")
            if at and not at.isdigit():
                raise ValueError(f"{text!r} is no key: after @ goes the number of the call that finds it, as esc@5.")
            names = names.split("+") if len(names) > 1 else [names]
            if len(names) > 1 or (names[0].lower() in MODIFIERS and names[0].lower() != "space"):
                keys.held.update({_modifier(name): int(at or 1) for name in names if name})
            else:
                keys.pressed.append((int(at) if at else None, _key_code(names[0])))
        return keys

    def get_key(self):
        """Code of the next key, 0 if none is due."""
        call = self._count("key")
        for item in self.pressed:
            if item[0] is None or item[0] <= call:
                self.pressed.remove(item)
                return item[1]
        return 0

    def is_held(self, modifier):
        """Whether "shift", "control", "option", "command" or "space" is down."""
        return self._count(modifier) >= self.held.get(modifier, float("inf"))

    def _count(self, what):
        self.n_calls[what] = self.n_calls.get(what, 0) + 1
        return self.n_calls[what]


class Workspace:
    """The state both doors share.

    Parameters
    ----------
    switches : Switches, optional
        Contested behaviours; the defaults if left out.
    answers : iterable
        Answers of the dialogs to come, in their order: numbers, texts, True/False, ``"cancel"``, ``"default"``,
        or an Image where one is to be chosen. A dialog that only wants to be read (OkDialog) takes none.
    keys : iterable of str
        See ``Keys``.
    folder : path, optional
        The one folder whose files scripts may read and write. None: no file at all.
    persistent : TagGroup, optional
        The application-wide tags to start with.
    memory_limit : int
        Largest image in bytes.
    echo : callable, optional
        Called with each text that goes to the Results window.

    Attributes
    ----------
    documents : list of ImageDocument
        Shown ones, front first.
    results, notes, debug : str
        Text of the output windows.
    dialogs : list of Dialog
    progress : list of (str, str, str)
        Every state of the progress window; ``progress_window`` is the present one or None.
    status : list of str
        Texts of the status bar, alerts and beeps.
    complaints : list of StopRun
        Why a run says nothing about DM, also if a script swallowed the error.
    warnings : list of str
        What a script relies on although DM is not known to do it.
    listeners : list
        What scripts registered to be called back.
    read_image : callable, optional
        path -> Image. Formats are not this package's business; who makes the workspace may hand a reader down.
    write_image : callable, optional
        (Image, path, DM's name of the format such as "Gatan Format") -> None.
    deferred : list of callable
        What was started without waiting for it; ``run_deferred`` does it.
    """

    def __init__(self, switches=None, answers=(), keys=(), folder=None, persistent=None, memory_limit=2**31, echo=None,
                 read_image=None, write_image=None):
        self.switches = switches if switches is not None else Switches()
        self.answers = deque(answers)
        self.keys = keys if isinstance(keys, Keys) else Keys.from_texts(keys)
        self.folder = None if folder is None else Path(folder).resolve()
        self.persistent_tags = persistent if persistent is not None else _new_persistent_tags()
        self.memory_limit = memory_limit
        self.echo = echo
        self.documents = []
        self.hidden_documents = []  # they keep their images alive
        self.windows = []  # of scripts, texts and tag browsers, front first
        self.kept_images = []
        self._pieces = {"results": [], "notes": [], "debug": []}  # joined when read: adding to a text would copy it
        self._lengths = dict.fromkeys(self._pieces, 0)
        self.output_to = "results"
        self.dialogs = []
        self.progress = []
        self.progress_window = None
        self.status = []
        self.complaints = []
        self.warnings = []
        self.listeners = []
        self.read_image = read_image
        self.write_image = write_image
        self.deferred = []
        self.python_module = None  # made at first need by the Python door
        self.menu = []
        self.menu_libraries = []  # installed by scripts, which have them loaded already
        self.libraries = []  # to be loaded before the next script
        self.workspaces = {0: "Workspace"}  # DM's own tabs, by id
        self.slept = 0.0
        self._started = time.perf_counter()
        self._ids = weakref.WeakKeyDictionary()
        self._things = weakref.WeakValueDictionary()
        self._last_id = 0

    # -- images and their windows -----------------------------------------------------------------------------------

    def new_image(self, name, code, *sizes):
        """Zeros of a DM data type code, within the memory limit; not shown."""
        self.refuse_too_large(sizes, np.dtype(dtype_of(code)).itemsize)
        return new_image(name, code, *sizes)

    def refuse_too_large(self, sizes, n_bytes=8):
        """Raise LimitReached before an image of these sizes is made; n_bytes is the size of a pixel."""
        total = float(n_bytes)
        for size in sizes:
            total *= max(float(size), 0)
        if total > self.memory_limit:
            self.stop(LimitReached(
                f"An image of {' x '.join(f'{size:g}' for size in sizes)} pixels needs {total:.3g} bytes, more than "
                f"this run may take ({self.memory_limit:.3g}): use smaller data or a larger memory limit."
            ))

    def show(self, image, title=None):
        """Show an image, or bring its window to the front; returns its ImageDocument.

        A view is shown as it is: what is written to its parent later appears in it too.
        """
        document = self.document_for(image, title)
        self.show_document(document)
        return document

    def document_for(self, image, title=None):
        """The image's document; made, and not shown, if it has none."""
        document = self.document_of(image)
        if document is None:
            document = ImageDocument(title or image.name)
            document.add_image(image)
        self.label_of(image)
        return document

    def show_document(self, document):
        """Bring a document to the front, opening it if need be."""
        for documents in (self.documents, self.hidden_documents):
            if document in documents:
                documents.remove(document)
        self.documents.insert(0, document)
        document.is_open = document.window.is_open = document.window.is_shown = True
        for image in document.images:
            self.label_of(image)

    def document_of(self, image):
        """The first document, shown or not, with a display of this image; None if there is none."""
        return image.displays[0].image_document if image.displays else None

    def is_shown(self, image):
        return any(display.image_document in self.documents for display in image.displays)

    def images(self):
        """Shown images, front first."""
        seen = []
        for document in self.documents:
            seen += [image for image in document.images if not any(image is other for other in seen)]
        return seen

    def front_image(self):
        """The front image.

        Raises
        ------
        DMError
            If no image is open, as DM does.
        """
        image = self.find_front_image()
        if image is None:
            raise DMError("There is no front image: no image is open.")
        return image

    def find_front_image(self):
        """The front image, or None."""
        return next((document.images[0] for document in self.documents if document.images), None)

    def next_image(self, image):
        """The image behind the given one, or None."""
        images = self.images()
        place = next((place for place, other in enumerate(images) if other is image), None)
        return None if place is None or place + 1 == len(images) else images[place + 1]

    def select(self, image):
        """Bring a shown image's window to the front."""
        document = self.document_of(image)
        if document is None:
            raise DMError(f"{image.name!r} is not shown, so it cannot come to the front.")
        self.show_document(document)

    def hide(self, image):
        """Take an image's windows away; the image lives on with its displays."""
        for document in [document for document in self.documents if image in document.images]:
            self.hide_document(document)

    def hide_document(self, document):
        """Take one window away; ``show_document`` brings it back."""
        if document in self.documents:
            self.documents.remove(document)
            self.hidden_documents.append(document)
        document.window.is_shown = False

    def keep(self, image):
        """KeepImage: an image that is not shown outlives the script."""
        if not any(image is other for other in self.kept_images):
            self.kept_images.append(image)

    def delete(self, image):
        """DeleteImage: close without a question. Whoever still holds the image keeps its pixels."""
        for document in {id(d.image_document): d.image_document for d in image.displays}.values():
            document.remove_image(image)
            if not document.displays:
                self.close_document(document)
        self.kept_images = [other for other in self.kept_images if other is not image]
        image.is_deleted = True
        image.label = None

    def close_document(self, document):
        """Close a document without a question; its images lose their displays."""
        for documents in (self.documents, self.hidden_documents):
            if document in documents:
                documents.remove(document)
        for image in list(document.images):
            document.remove_image(image)
            image.label = None
        document.is_open = document.window.is_open = document.window.is_shown = False

    def browse(self, tags, title="Tags"):
        """Open a window that shows a tag group; returns the DocumentWindow."""
        window = DocumentWindow(title)
        window.is_shown = True
        window.settings["tags"] = tags
        self.windows.insert(0, window)
        return window

    # -- ids, labels, names -----------------------------------------------------------------------------------------

    def id_of(self, thing):
        """DM's number of an image, ROI, component, document or script object; given at first need, never reused."""
        if thing not in self._ids:
            self._last_id += 1
            self._ids[thing] = self._last_id
            self._things[self._last_id] = thing
            if isinstance(thing, Image):
                thing.id = self._last_id
        return self._ids[thing]

    def by_id(self, number, kind=object):
        """The thing with that number if it is still alive and of that class, or None."""
        thing = self._things.get(int(number)) if number == number and abs(number) < 2**53 else None
        return thing if isinstance(thing, kind) else None

    def image_by_id(self, number):
        return self.by_id(number, Image)

    def label_of(self, image):
        """The image's letter: the first of A, B, .. Z, AA, .. that no living image has."""
        if image.label is None:
            self.id_of(image)
            taken = {thing.label for thing in self._things.values() if isinstance(thing, Image)}
            number = 0
            while letters(number) in taken:
                number += 1
            image.label = letters(number)
        return image.label

    def image_by_label(self, label):
        """The living image with that letter, in any case, or None."""
        label = str(label).upper()
        return next((t for t in list(self._things.values()) if isinstance(t, Image) and t.label == label), None)

    def image_by_name(self, name):
        """The frontmost shown image of that name, or None."""
        return next((image for image in self.images() if image.name == name), None)

    # -- output -----------------------------------------------------------------------------------------------------

    @property
    def results(self):
        return self.texts["results"]

    @property
    def texts(self):
        """Window name -> all that was written to it."""
        return {window: "".join(pieces) for window, pieces in self._pieces.items()}

    def text_length(self, window):
        """How many characters an output window holds."""
        return self._lengths[window]

    def write(self, text, window=None):
        """Append to an output window: "results", "notes" or "debug"; where ``output_to`` says if not told."""
        window = window or self.output_to
        self._pieces[window].append(str(text))
        self._lengths[window] += len(str(text))
        if window == "results" and self.echo is not None:
            self.echo(str(text))

    def clear_results(self):
        self._pieces["results"], self._lengths["results"] = [], 0

    def set_progress(self, line1, line2="", line3=""):
        """Open or update the progress window."""
        self.progress_window = (str(line1), str(line2), str(line3))
        self.progress.append(self.progress_window)

    def close_progress(self):
        self.progress_window = None

    def stop(self, error):
        """Remember a complaint and raise it."""
        self.complaints.append(error)
        raise error

    # -- dialogs ----------------------------------------------------------------------------------------------------

    def tell(self, prompt, kind="OkDialog"):
        """A dialog that only wants to be read: takes no answer, is remembered."""
        self.dialogs.append(Dialog(kind, str(prompt), None))

    def ask(self, kind, prompt, default=None, convert=None):
        """The next prepared answer, or None for Cancel.

        Parameters
        ----------
        kind : str
            Name of the DM function, for the record.
        prompt : str
            What the dialog says.
        default : object
            What the answer "default" stands for.
        convert : callable, optional
            Turns the answer into what the dialog gives (``float``, ``as_choice``); a ValueError means it does not fit.

        Raises
        ------
        NoAnswer
            If no answer is left, or it does not fit; names the dialog's prompt.
        """
        if not self.answers:
            self.stop(NoAnswer(
                f"{kind} asks {str(prompt)!r} and no prepared answer is left: give one more answer "
                f"({DEFAULT!r} for the dialog's own value, {CANCEL!r} for Cancel)."
            ))
        answer = self.answers.popleft()
        if isinstance(answer, str) and answer.strip().lower() == CANCEL:
            answer = None
        elif isinstance(answer, str) and answer.strip().lower() == DEFAULT and default is not None:
            answer = default
        elif convert is not None:
            try:
                answer = convert(answer)
            except (TypeError, ValueError) as error:
                self.stop(NoAnswer(
                    f"{kind} asks {str(prompt)!r}; the prepared answer {answer!r} does not fit: {error}."
                ))
        self.dialogs.append(Dialog(kind, str(prompt), answer))
        return answer

    def ask_number(self, kind, prompt, default):
        """A number, or None for Cancel."""
        return self.ask(kind, prompt, default, float)

    def ask_text(self, kind, prompt, default=""):
        """A text, or None for Cancel."""
        return self.ask(kind, prompt, default, str)

    def ask_choice(self, kind, prompt):
        """True or False: an OK/Cancel or yes/no question; "cancel" is False."""
        return bool(self.ask(kind, prompt, True, as_choice))

    def ask_image(self, kind, prompt):
        """A shown image, by label, by name or itself; None for Cancel; "default" is the front image."""
        return self.ask(kind, prompt, self.find_front_image(), self._as_image)

    def _as_image(self, answer):
        image = answer if isinstance(answer, Image) else self.image_by_label(answer) or self.image_by_name(answer)
        if image is None:
            raise ValueError("no open image has that label or name")
        return image

    # -- keys and time ----------------------------------------------------------------------------------------------

    def get_key(self):
        return self.keys.get_key()

    def is_held(self, modifier):
        return self.keys.is_held(modifier)

    def sleep(self, seconds):
        """Let time pass for scripts without waiting."""
        self.slept += max(float(seconds), 0.0)

    def seconds(self):
        """Seconds since this workspace began, what scripts slept included."""
        return time.perf_counter() - self._started + self.slept

    def now(self):
        """Date and time, what scripts slept included."""
        return datetime.datetime.now() + datetime.timedelta(seconds=self.slept)

    # -- files ------------------------------------------------------------------------------------------------------

    def path(self, text):
        """The real path that a script means, always inside the allowed folder.

        ``C:\\\\data\\\\a.txt`` becomes C/data/a.txt in the folder, except on Windows, where it means itself; a path
        without a beginning is taken from the folder.

        Raises
        ------
        OutsideFolder
            If there is no allowed folder, or the path leads out of it.
        """
        if self.folder is None:
            reason = "and this run has no folder that it may use: allow one (--folder DIR on the command line)."
            self.stop(OutsideFolder(f"The script reaches for {text!r}, {reason}"))
        if "\0" in str(text):
            raise DMError("A path cannot hold the character 0.")
        plain = str(text).replace("\\", "/") if os.sep == "/" else str(text)
        drive = re.match(r"([A-Za-z]):/*(.*)", plain) if os.sep == "/" else None
        path = self.folder / drive[1].upper() / drive[2] if drive else self.folder / plain
        path = path.resolve()
        if path != self.folder and self.folder not in path.parents:
            self.stop(OutsideFolder(f"The script reaches for {text!r}, which lies outside the folder of this run."))
        return path

    def files(self, text, pattern="*"):
        """Names in a folder, sorted."""
        return sorted(p.name for p in self.path(text).iterdir() if fnmatch.fnmatch(p.name, pattern))

    def open_image(self, text):
        """The image of a file in the allowed folder, not shown."""
        path = self.path(text)
        if not path.is_file():
            raise DMError(f"There is no file {text!r}.")
        if self.read_image is None:
            self.stop(NotSimulated(f"Opening {text!r} needs a reader of image files, and this workspace has none."))
        image = self.read_image(path)
        image.file = str(text)
        return image

    def save_image(self, image, text, file_format="Gatan Format"):
        """Write an image into the allowed folder."""
        path = self.path(text)
        if self.write_image is None:
            self.stop(NotSimulated(f"Saving {text!r} needs a writer of image files, and this workspace has none."))
        self.write_image(image, path, file_format)
        image.file = str(text)

    # -- menu -------------------------------------------------------------------------------------------------------

    def install(self, item):
        """Put a MenuItem into the menu, in place of one of the same name; a library goes to ``libraries`` instead."""
        if item.is_library:
            self.libraries.append(item)
            return
        self.remove_from_menu(item.menu, item.submenu, item.command)
        self.menu.append(item)

    def remove_from_menu(self, menu, submenu, command):
        """Whether there was such an item, command or library. What a library defined stays until DM restarts."""
        n_before = len(self.menu) + len(self.menu_libraries)
        self.menu, self.menu_libraries = (
            [item for item in items if (item.menu, item.submenu, item.command) != (menu, submenu, command)]
            for items in (self.menu, self.menu_libraries)
        )
        return len(self.menu) + len(self.menu_libraries) < n_before

    def menu_item(self, menu, submenu, command):
        """The MenuItem of that place.

        Raises
        ------
        DMError
            If there is none.
        """
        for item in self.menu:
            if (item.menu, item.submenu, item.command) == (menu, submenu, command):
                return item
        names = ", ".join(repr(item.command) for item in self.menu) or "nothing"
        raise DMError(f"The menu has no command {command!r} under {menu!r}, {submenu!r}; it has {names}.")

    def choose(self, menu, submenu, command):
        """Run a menu command, as a click on it does."""
        from offline_reference.virtual_dm import run_script  # the door imports this file

        return run_script(self.menu_item(menu, submenu, command).text, self)

    def run_deferred(self):
        """Do what scripts started without waiting for it, in that order."""
        while self.deferred:
            self.deferred.pop(0)()


def letters(number):
    """0 is A, 25 is Z, 26 is AA, as spreadsheets count."""
    text = ""
    number += 1
    while number:
        number, digit = divmod(number - 1, 26)
        text = chr(ord("A") + digit) + text
    return text


def as_choice(answer):
    """True or False from a bool, a number, or yes/no, ok, true/false."""
    if isinstance(answer, str):
        word = answer.strip().lower()
        if word in ("yes", "y", "ok", "true", "1", "continue"):
            return True
        if word in ("no", "n", "false", "0"):
            return False
        raise ValueError("answer yes or no")
    return bool(answer)


def abort(message="User aborted the script."):
    """Raise what DM raises when the user cancels."""
    raise UserAbort(message)


def _modifier(name):
    if name.strip().lower() not in MODIFIERS:
        raise ValueError(f"{name!r} is no key that can be held: {', '.join(sorted(set(MODIFIERS)))}.")
    return MODIFIERS[name.strip().lower()]


def _key_code(name):
    if name.lower() in KEY_CODES:
        return KEY_CODES[name.lower()]
    if len(name) > 1 and name.isdigit():
        return int(name)
    if len(name) == 1:
        return ord(name)
    raise ValueError(f"{name!r} is no key: one character, a code such as 27, or {', '.join(KEY_CODES)}.")


def _new_persistent_tags():
    """The few application-wide tags that scripts read."""
    tags = TagGroup()
    tags.set("Private:Configuration:ApplicationName", "string", "DigitalMicrograph")
    tags.set("Private:Configuration:ApplicationVersion_2", "string", "3.60.0")
    return tags
