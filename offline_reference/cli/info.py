"""info: say what is in a 4D-STEM file, and what factorize would do with it.

Reads the file, changes nothing, writes nothing.

examples:
  dm-nmf info scan.dm4
  dm-nmf info counts.npy --order yxvu
  dm-nmf info scan.dm4 -n 6 --voltage 300 --convergence 1.2
"""
from offline_reference.numerics.errors import RefusedError

from . import counts, cutoff, estimate, reading


def add_arguments(parser):
    reading.add_arguments(parser)
    reading.add_microscope_arguments(parser)
    parser.add_argument("-n", "--components", type=int, metavar="K", default=4,
                        help="number of components for the estimate (default: 4)")


def run(args):
    from offline_reference import files

    dataset = reading.read(args)
    contents = files.describe(dataset)
    for line in (*about_file(dataset), *about_counts(contents, dataset), *about_factorize(args, contents, dataset)):
        print(line)


def about_file(dataset):
    yield reading.in_one_line(dataset)
    if dataset.title:
        yield "title: " + dataset.title
    yield "order: " + dataset.order_reason
    for name, axis in sorted(dataset.axes.items(), key=lambda item: "yxvu".index(item[0])):
        yield "  " + in_words(name, axis)
    yield "microscope: " + (", ".join(_microscope(dataset.instrument)) or "the file says nothing")
    for warning in dataset.warnings:
        yield "Note: " + warning


def in_words(name, axis):
    """'y (scan): 64 pixels of 0.2 nm, from 0 to 12.6 nm'."""
    kind = "scan" if name in "yx" else "detector"
    if not axis.units:
        return "{} ({}): {} pixels, not calibrated".format(name, kind, axis.size)
    end = axis.offset + axis.scale * (axis.size - 1)
    return "{} ({}): {} pixels of {:.4g} {}, from {:.4g} to {:.4g}".format(
        name, kind, axis.size, axis.scale, axis.units, axis.offset, end)


def about_counts(contents, dataset):
    n_patterns = contents.scan_image.size
    yield "counts: {:g} to {:g}, mean {:.4g}; {:.4g} in a pattern; {:.0f} % of the values are zero".format(
        contents.least, contents.most, contents.mean, contents.scan_image.sum() / n_patterns, 100 * contents.sparsity)
    for number, what in ((contents.n_nan, "NaN"), (contents.n_infinite, "infinite"), (contents.n_negative, "negative")):
        if number:
            yield "  {} of {} values are {}".format(number, contents.n_values, what)
    yield "  empty patterns: {}, detector pixels that never count: {}, saturated: {}, hot: {}".format(
        contents.empty.sum(), contents.dead.sum(), contents.saturated.sum(), counts.hot_pixels(contents).sum())
    for remark in (*counts.empty_patterns(contents), *counts.remarks(contents, dataset.pixels.dtype)):
        yield "Note: " + remark


def about_factorize(args, contents, dataset):
    """What factorize would do, or why it would refuse."""
    yield "factorize -n {} would".format(args.components)
    try:
        reading.refuse_n_components(args.components, dataset)
        counts.refuse_unless_counts(contents, args.clip_negative)
        chosen = cutoff.decide(None, dataset.axes, dataset.instrument)
        need = estimate.of_run(dataset, args.components, "constrained", chosen.value, chosen.constrain_maps)
        need.refuse_if_no_room()
    except RefusedError as refusal:
        yield "  refuse: {}".format(refusal)
        return
    yield "  use the method constrained, with a cut-off of the maps: " + chosen.reason
    silent = counts.silent_pixels(contents).sum()
    if silent:
        yield "  leave {} detector pixels out that never counted".format(silent)
    yield "  need {}".format(need)


def _microscope(instrument):
    for key, words in (("voltage_kv", "{:g} kV"), ("convergence_mrad", "convergence {:g} mrad"),
                       ("camera_length_mm", "camera length {:g} mm")):
        if key in instrument:
            yield words.format(instrument[key])
