"""What install_to_dm.md tells people to type into DM's Python window runs there, in this order."""
import re

from offline_reference.numerics import example_data
from offline_reference.virtual_dm.images import Image
from tests.dm_python.running import ROOT, run, shown

TEXT = (ROOT / "install_to_dm.md").read_text(encoding="utf-8")
SECTION = TEXT[TEXT.index("## Python inside DM"):]
LISTINGS = re.findall(r"```python\n(.*?)```", SECTION, re.DOTALL)


def test_the_checkers_listing_prints_its_table():
    listing = next(one for one in LISTINGS if "installation.main()" in one)
    assert run(listing).results.startswith("dm-nmf: installation\nok       Python: ")


def test_the_example_factorizes_and_clusters_the_front_image_and_holds_no_image():
    listing = next(one for one in LISTINGS if "nmf_constrained" in one)
    scan = Image(example_data.simulate().pixels, "Scan")  # a detector large enough for rings
    scan.tags.set("Meta Data:Data Order Swapped", "boolean", False)
    workspace = run(listing, scan)
    assert "(4, 24, 22)" in workspace.results and workspace.leaks == []
    assert "Clusters of Constrained NMF: maps of Scan" in shown(workspace)


def test_every_listing_of_the_section_is_tried_here():
    assert len(LISTINGS) == 2


def test_menu_items_are_called_as_the_menu_calls_them():
    titles = re.findall(r'installer\.PythonCommand\("\w+", "(.*?) \(Python\)"\)',
                        (ROOT / "dm_scripts" / "install_menu.s").read_text(encoding="ascii"))
    named = set(re.findall(r"Python > ([A-Z][\w-]+(?: data)?)", SECTION))
    assert named and named <= set(titles)
