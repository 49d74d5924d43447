"""demo: simulate a 4D dataset, factorize it with and without constraints, cluster, score against the truth.

Writes a real 4D .dm4, reads it back as any file, and finds four components by primitive NMF (ALS) and by the
constrained method of Kimoto et al. (2025). As the truth is known, both can be scored:

  spots    likeness of the worst crystal's Bragg discs to the true ones (1 = the same)
  maps     correlation of the worst crystal's map with the true one (1 = the same)
  holes    depth of the dark holes that other crystals' discs leave (0 = none)

Then the components of the constrained method are compared at all rotations: are two of them one crystal, turned?

DIR holds crystals.dm4, the truth, one results folder for each method, comparison/report.html and
clusters/report.html.

examples:
  dm-nmf demo
  dm-nmf demo -o try-two --seed 2 --dose 1000
"""
import json
import shlex
import time
from argparse import Namespace
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from . import cluster, factorize, reading, simulate, table
from .place import refuse_if_unwritable

N_COMPONENTS = 4
SPOTS, MAPS, HOLES = "spot similarity, worst crystal", "map correlation, worst crystal", "hole index"
RUNS = (("primitive", "als", 50), ("constrained", "constrained", None))  # folder, method, iterations


def add_arguments(parser):
    parser.add_argument("-o", "--out", metavar="DIR", default="dm-nmf-demo",
                        help="folder to write (default: dm-nmf-demo)")
    parser.add_argument("--dose", type=float, metavar="ELECTRONS", default=1e4,
                        help="mean electrons in each diffraction pattern (default: 10000)")
    parser.add_argument("--seed", type=reading.whole_number(0), metavar="S", default=0,
                        help="another seed, another sample (default: 0)")
    parser.add_argument("--overwrite", action="store_true", help="replace DIR if it holds results")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress")
    parser.set_defaults(scan=(64, 64), detector=(64, 64))


def run(args):
    from offline_reference import files, report

    out = Path(args.out)
    refuse_if_unwritable(out, args.overwrite)
    started, clock = datetime.now().astimezone(), time.monotonic()
    with files.whole_folder(out, args.overwrite) as folder:
        simulation, dataset = _through_a_file(args, folder, out)
        scores, results = {}, []
        for name, method, max_iter in RUNS:
            options, notes = _options(dataset, method, max_iter)
            factors, record = factorize.factorized(_as_factorize(args, method), dataset, options, notes)
            scores[name] = score(simulation, factors)
            report.write_results(folder / name, dataset, factors, {**record, "measures": scores[name]},
                                 primitive=results[0] if results else None)
            results.append(report.read_results(folder / name))
        about = {"command": shlex.join(args.command_line), "method": "demo", "measures": scores, "seed": args.seed,
                 "seconds": round(time.monotonic() - clock, 2), "started": started.isoformat(timespec="seconds")}
        report.write_comparison(folder / "comparison", results, about)
        clusters = _clustered(folder, out, about)
        about["clusters"] = [[int(k) + 1 for k in members] for members in clusters.clusters.members]
        (folder / "result.json").write_text(json.dumps(about, indent=2) + "\n", encoding="ascii")
    for line in said(out, results, scores, clusters, time.monotonic() - clock):
        print(line)


def score(simulation, factors):
    """Measures against the truth, of the worst crystal where they are made crystal by crystal."""
    from offline_reference.numerics import metrics

    found = metrics.match_components(simulation.diffractions, factors.diffractions)
    diffractions, maps = factors.diffractions[found], factors.maps[found]
    crystals = range(1, len(found))  # number 0 is amorphous and has no spots
    return {
        SPOTS: min(metrics.spot_similarity(simulation.diffractions[k], diffractions[k], simulation.centre)
                   for k in crystals),
        MAPS: min(metrics.map_correlation(simulation.maps[k], maps[k]) for k in crystals),
        HOLES: metrics.hole_index(simulation.diffractions, diffractions, simulation.spots, simulation.disc_radius,
                                  simulation.centre),
    }


def said(out, results, scores, clusters, seconds):
    """Lines for the end."""
    yield ""
    yield from table.lines(["", "spots", "maps", "holes", "MSE"], [
        [one.name, *("{:.4g}".format(scores[one.name][measure]) for measure in (SPOTS, MAPS, HOLES)),
         "{:.4g}".format(one.record["mean_squared_error"])] for one in results])
    yield "(spots and maps: 1 is the truth; holes: 0 is the truth; a lower MSE does not mean better components)"
    yield ""
    yield "Clusters: {} of {} components: {}".format(clusters.n_clusters, len(clusters.labels), clusters.reason)
    yield "Report: {}".format(out / "comparison" / "report.html")
    yield "In {}: {}; {:.0f} s in all".format(out, ", ".join(sorted(path.name for path in out.iterdir())), seconds)


def _through_a_file(args, folder, out):
    """Simulate, write a .dm4 and read it back: the Simulation and the Dataset."""
    from offline_reference import files
    from offline_reference.simulate import crystals_in_amorphous

    data = folder / "crystals.dm4"
    if not args.quiet:
        print("simulating 3 crystals in amorphous material: scan {} x {}, detector {} x {}, {:g} electrons a "
              "pattern".format(*args.scan, *args.detector, args.dose), flush=True)
    simulate.refuse_impossible_dose(args)
    simulation = crystals_in_amorphous(scan=args.scan, detector=args.detector, dose=args.dose, seed=args.seed)
    simulate.write(data, folder / "crystals-truth.npz", simulation)
    dataset = files.read_4d(data)
    if not args.quiet:
        print("written as {} and read back: {}".format(out / data.name, dataset.order_reason), flush=True)
    # The folder gets its name when all is there; what is recorded is the name it will have.
    return simulation, replace(dataset, path=str(out / data.name))


def _clustered(folder, out, about):
    """Cluster the constrained components and write what came out: the Clustering."""
    from offline_reference import report

    components = cluster.from_results(folder / "constrained")
    components.source["path"] = str(out / "constrained")
    found = cluster.clustered(components)
    report.write_clusters(folder / "clusters", found, components.diffractions, components.maps, components.axes,
                          {**about, "method": "cluster"}, components.source)
    return found


def _as_factorize(args, method):
    """The arguments that `factorize` would have been called with."""
    return Namespace(method=method, components=N_COMPONENTS, seed=0, quiet=args.quiet,
                     command_line=args.command_line)


def _options(dataset, method, max_iter):
    """Keyword arguments of the method, and the sentences that go with them."""
    from . import cutoff

    options, notes = {"order": dataset.order, "seed": 0}, []
    if max_iter is not None:
        options["max_iter"] = max_iter
    if method == "constrained":
        chosen = cutoff.decide(None, dataset.axes, dataset.instrument)
        options.update(cutoff=chosen.value, constrain_maps=chosen.constrain_maps)
        notes.append("cut-off: " + chosen.reason)
    return options, notes
