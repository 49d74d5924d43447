"""DM command: simulated 4D-STEM data whose diffractions and maps are known, to try the other commands on.

In DM's Python window:

    from dm_python import simulate
    data = simulate.main(n_crystals=3, dose=2000).data
    data.pixels.shape, data.diffractions.shape, data.maps.shape
"""
from collections import namedtuple

from dm_python import bridge
from offline_reference.numerics import example_data

#: made-up calibrations: a step of 2 nm, and Bragg discs at 3 to 4 1/nm
SCAN_STEP, SMALLEST_G = 2.0, 3.0

Simulation = namedtuple("Simulation", "data images")
Simulation.__doc__ = """data: numerics.example_data.ExampleData; images: the DM images, empty if nothing was shown."""


def main(scan=(24, 22), detector=(40, 36), n_crystals=3, dose=2000, seed=0, order="vuyx", show=True):
    """Simulate one amorphous halo and some crystals whose maps overlap.

    Parameters
    ----------
    scan, detector, n_crystals, dose, seed, order : see `numerics.example_data.simulate`
    show : bool
        Open the 4D image and the true diffractions and maps; the 4D image comes to the front.

    Returns
    -------
    Simulation
    """
    data = example_data.simulate(scan, detector, n_crystals, dose, seed, order)
    images = _show(data, order, {"Method": "simulated", "Counts per pattern": dose, "Seed": seed}) if show else ()
    return Simulation(data, images)


def from_menu():
    """Ask for sizes and dose, then simulate."""
    settings = bridge.ask("simulate", "Simulated 4D-STEM data", [
        ("n_x", "Scan, width", 22), ("n_y", "Scan, height", 24),
        ("n_u", "Detector, width", 36), ("n_v", "Detector, height", 40),
        ("n_crystals", "Crystals (1 to 6)", 3),
        ("dose", "Counts in a pattern", 2000.0),
        ("seed", "Seed", 0),
        ("order", "Axes", ["scan first (vuyx)", "detector first (yxvu)"]),
    ])
    if settings is None:
        return None
    return main((settings["n_y"], settings["n_x"]), (settings["n_v"], settings["n_u"]), settings["n_crystals"],
                settings["dose"], settings["seed"], settings["order"].split("(")[1].rstrip(")"))


def _show(data, order, note):
    n_v, n_u = data.diffractions.shape[1:]
    step = SMALLEST_G / (example_data.SQUARE_G * min(n_v, n_u))
    centre_v, centre_u = data.centre
    calibration = {"v": (-centre_v * step, step, "1/nm"), "u": (-centre_u * step, step, "1/nm"),
                   "y": (0.0, SCAN_STEP, "nm"), "x": (0.0, SCAN_STEP, "nm")}
    name = "Simulated scan"
    image = bridge.show_4d(data.pixels, order, calibration, name, note)
    source = bridge.Source(data.pixels, order, calibration, name, image.GetID(), None, [], {"Source": name})
    truth = (bridge.show_diffractions(source, data.diffractions, "True diffractions of " + name, note),
             bridge.show_maps(source, data.maps, "True maps of " + name, note))
    image.ShowImage()  # to the front again: the next command takes the front image
    return (image,) + truth
