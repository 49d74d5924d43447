"""functions/factorize.s against numerics.factorize: the same iterates, the same one kept, the same recoveries."""
import numpy as np
import pytest

from offline_reference.numerics import factorize as twin
from offline_reference.numerics.metrics import cosines, hungarian, mean_squared_error
from offline_reference.numerics.unfold import unfold
from offline_reference.simulate import crystals_in_amorphous
from offline_reference.virtual_dm.script.errors import ScriptError
from offline_reference.virtual_dm.switches import one_at_a_time
from offline_reference.virtual_dm.workspace import Workspace
from tests.agreement import dm

NEEDS = "functions/factorize.s functions/unfold.s"
GIVE = "W H errors objectives iterations best stopped events error"
MAKE = "object run = alloc(NmfFactorization).Of(alloc(NmfMatrix).Of(X), nK, step)\n"
RUN = """
run.Run()
image W := run.Diffractions(); image H := run.Maps()
image errors := run.ErrorHistory(); image objectives := run.ObjectiveHistory()
number iterations = run.Iterations(); number best = run.BestIteration()
string stopped = run.Stopped(); string events = run.Events()
number error = run.MeanSquaredError()
"""
STEPS = ["mu", "als", "hals"]


def counts(n_uv=30, n_xy=56, n_k=3, seed=0):
    rng = np.random.RandomState(seed)
    return rng.poisson(50 * (rng.rand(n_uv, n_k) ** 4 @ rng.rand(n_k, n_xy) ** 4) + 1).astype(np.float64)


def ran(X, n_k, step, settings="run.SetIterations(12, 0)", switches=None, workspace=None, before="", **inputs):
    """What the DM code found; ``settings`` are lines between making the run and starting it."""
    return dm.run(NEEDS, before + MAKE + settings + RUN, give=GIVE, switches=switches or dm.double(),
                  workspace=workspace, X=X, nK=n_k, step=step, **inputs)


def assert_same_run(ours, theirs, rtol):
    assert (ours.iterations, ours.best, ours.stopped) == (theirs.n_iter, theirs.best_iter, theirs.stopped)
    assert ours.events == "".join(sentence + "\n" for sentence in theirs.events)
    dm.assert_near(ours.errors[0], theirs.mse_history, rtol)
    dm.assert_near(ours.objectives[0], theirs.objective_history, rtol)
    dm.assert_near(ours.W, theirs.W, rtol)
    dm.assert_near(ours.H, theirs.H, rtol)


# -- in double precision, iterate by iterate --------------------------------------------------------------------------


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("n_k", [1, 3])
@pytest.mark.parametrize("step", STEPS)
def test_a_dozen_iterations_are_numpys_to_nine_digits(step, n_k, weighted):
    """1e-10 is held for single steps; a dozen of them multiply what rounding leaves."""
    X, weights = counts(), np.random.RandomState(1).rand(30, 1) + 0.5
    settings = "run.SetIterations(12, 0)" + ("\nrun.SetWeights(weights)" if weighted else "")
    if n_k == 1:  # it is there after a few; later ones are equal to rounding, and any of them may be the best
        settings = settings.replace("12", "3")
    ours = ran(X, n_k, step, settings, weights=weights)
    theirs = twin.factorize(X, n_k, step, weights=weights[:, 0] if weighted else None, max_iter=12 if n_k > 1 else 3)
    assert_same_run(ours, theirs, 1e-9)
    assert ours.error == pytest.approx(mean_squared_error(X, theirs.W, theirs.H), rel=1e-9)


@pytest.mark.parametrize("switches", list(one_at_a_time("script")), ids=repr)
@pytest.mark.parametrize("step", STEPS)
def test_a_few_iterations_in_single_precision_are_numpys_to_four_digits_under_every_switch(step, switches):
    X = counts().astype(np.float32)
    ours = ran(X, 3, step, "run.SetIterations(4, 0)", switches)
    theirs = twin.factorize(X, 3, step, max_iter=4)
    assert_same_run(ours, theirs, 1e-4)
    assert ours.W.dtype == ours.H.dtype == np.float32


def test_another_seed_is_another_start_as_in_numpy():
    X = counts()
    first, second = (ran(X, 3, "mu", f"run.SetIterations(3, 0)\nrun.SetSeed({seed})") for seed in (0, 7))
    assert_same_run(second, twin.factorize(X, 3, "mu", max_iter=3, seed=7), 1e-10)
    assert not np.allclose(first.W, second.W)


@pytest.mark.parametrize("step", STEPS)
def test_a_given_start_is_used_and_stays_as_it_is(step):
    X, rng = counts(), np.random.RandomState(2)
    startW, startH = rng.rand(30, 3), rng.rand(3, 56)
    ours = dm.run(NEEDS, MAKE + "run.SetIterations(3, 0)\nrun.SetStart(startW, startH)" + RUN,
                  give=GIVE + " startW startH", switches=dm.double(), X=X, nK=3, step=step, startW=startW,
                  startH=startH)
    assert_same_run(ours, twin.factorize(X, 3, step, start=(startW, startH), max_iter=3), 1e-10)
    assert np.array_equal(ours.startW, startW) and np.array_equal(ours.startH, startH)


CONSTRAINTS = """
class Fill
{
    image Apply(object self, image W)            // nothing below 0.01: that depends on the scale of W
    {
        image filled := SameSize(W)
        filled = tert(W < 0.01, 0.01, W)
        return filled
    }
}
class Smooth
{
    image LowPass(object self, image H)          // may become negative, as a low-pass may
    {
        image low := SameSize(H)
        low = 1.2 * H - 0.4 * H[iwidth - 1 - icol, irow]
        return low
    }
}
object none
"""


def fill(W):
    return np.maximum(W, 0.01)


def smooth(H):
    return np.clip(1.2 * H - 0.4 * H[:, ::-1], 0, None)


@pytest.mark.parametrize("filled, smoothed", [(True, True), (True, False), (False, True)])
@pytest.mark.parametrize("step", STEPS)
def test_constraints_act_inside_the_iteration_in_numpys_order(step, filled, smoothed):
    X, weights = counts(), np.random.RandomState(1).rand(30, 1) + 0.5
    settings = "run.SetIterations(6, 0)\nrun.SetWeights(weights)\nrun.SetConstraints({}, {})".format(
        "alloc(Fill)" if filled else "none", "alloc(Smooth)" if smoothed else "none")
    ours = ran(X, 3, step, settings, before=CONSTRAINTS, weights=weights)
    theirs = twin.factorize(X, 3, step, constrain_W=[fill] if filled else [], constrain_H=[smooth] if smoothed else [],
                            weights=weights[:, 0], max_iter=6)
    assert_same_run(ours, theirs, 1e-9)


# -- what is kept, and when it stops ----------------------------------------------------------------------------------

RISING = counts(n_k=2, seed=19)  # with 5 components ALS gets worse again after iteration 8


@pytest.mark.parametrize("slack, kept", [(0, 8), (0.05, 12), (10, 15)])
def test_the_best_iterate_is_kept_or_the_latest_within_the_slack(slack, kept):
    ours = ran(RISING, 5, "als", f"run.SetIterations(15, 0)\nrun.SetSlack({slack})")
    theirs = twin.factorize(RISING, 5, "als", max_iter=15, slack=slack)
    assert ours.best == kept
    assert ("rose again" in ours.events) == (slack < 10)
    assert_same_run(ours, theirs, 1e-8)


def test_a_start_that_has_settled_is_found_so_after_twenty_one_iterations():
    X = counts()
    start = twin.factorize(X, 3, "hals", max_iter=200)
    settings = "run.SetIterations(60, 0.01)\nrun.SetStart(startW, startH)"
    assert ran(X, 3, "hals", settings, startW=start.W, startH=start.H).iterations == 21


@pytest.mark.parametrize("tol", [1e-2, 1e-3])
def test_it_stops_when_the_last_twenty_objectives_have_settled(tol):
    X = counts()
    ours = ran(X, 3, "hals", f"run.SetIterations(60, {tol})")
    theirs = twin.factorize(X, 3, "hals", max_iter=60, tol=tol)
    assert theirs.stopped == "converged" and 20 < theirs.n_iter < 60
    assert_same_run(ours, theirs, 1e-8)


@pytest.mark.parametrize("keys", ["esc@3", "shift+space@2"])  # space is asked about only while shift is down
def test_a_cancelled_run_keeps_what_it_has(keys):
    workspace = Workspace(switches=dm.double(), keys=[keys])
    ours = ran(counts(), 3, "mu", 'run.SetIterations(12, 0)\nrun.SetProgress("Test", 0, 0)', workspace=workspace)
    assert (ours.stopped, ours.iterations) == ("cancelled", 3)
    dm.assert_near(ours.W, twin.factorize(counts(), 3, "mu", max_iter=3).W, 1e-10)


def test_one_iteration_is_made_even_if_the_key_is_down_from_the_start():
    workspace = Workspace(switches=dm.double(), keys=["shift", "+space"])
    ours = ran(counts(), 3, "mu", 'run.SetProgress("Test", 0, 0)', workspace=workspace)
    assert (ours.stopped, ours.iterations) == ("cancelled", 1)


def test_progress_tells_the_iteration_of_all_runs_and_the_error():
    workspace = Workspace(switches=dm.double())
    ours = ran(counts(), 3, "mu", 'run.SetIterations(12, 0)\nrun.SetProgress("Test", 50, 100)', workspace=workspace)
    assert [lines[:2] for lines in workspace.progress] == [
        ("Test", f"step {50 + iteration} of 100") for iteration in (1, 5, 10, 12)]
    assert f"mean squared error {ours.errors[0, 9]:.6g} " in workspace.progress[2][2]


def test_without_a_title_there_is_no_window_and_no_question():
    workspace = Workspace(switches=dm.double(), keys=["shift", "+space"])
    ours = ran(counts(), 3, "mu", workspace=workspace)
    assert (ours.iterations, workspace.progress) == (12, [])


# -- recoveries -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("dead", [[1], [0, 2]])
def test_dead_components_are_restarted_from_numpys_diffractions(step, dead):
    """A map that is zero at the start makes its diffraction zero (MU), or the equations singular (ALS)."""
    X, rng = counts(), np.random.RandomState(2)
    startW, startH = rng.rand(30, 3), rng.rand(3, 56)
    startW[:, dead], startH[dead] = 0, 0
    settings = "run.SetIterations(4, 0)\nrun.SetStart(startW, startH)\nrun.SetSeed(3)"
    ours = ran(X, 3, step, settings, startW=startW, startH=startH)
    theirs = twin.factorize(X, 3, step, start=(startW, startH), seed=3, max_iter=4)
    assert any("restarted" in sentence for sentence in theirs.events)
    assert_same_run(ours, theirs, 1e-8)


KILLER = CONSTRAINTS + """
class Killer
{
    number n, first
    object From(object self, number iteration)
    {
        first = iteration
        return self
    }
    image Apply(object self, image W)            // from that iteration on component 1 dies
    {
        n++
        image dead := SameSize(W)
        dead = W * (icol > 0 || n < first)
        return dead
    }
}
"""


def killer(first):
    """The same in NumPy."""
    calls = []

    def kill(W):
        calls.append(1)
        return W * [0, 1, 1] if len(calls) >= first else W

    return kill


def test_if_components_die_in_every_iteration_the_last_factors_are_returned():
    X = counts()
    settings = "run.SetIterations(3, 0)\nrun.SetConstraints(alloc(Killer).From(1), none)"
    ours = ran(X, 3, "mu", settings, before=KILLER)
    theirs = twin.factorize(X, 3, "mu", constrain_W=[killer(1)], max_iter=3)
    assert len(theirs.events) >= 3
    assert_same_run(ours, theirs, 1e-9)


def test_an_iterate_with_a_restarted_component_is_not_kept():
    X = counts()
    settings = "run.SetIterations(3, 0)\nrun.SetSlack(10)\nrun.SetConstraints(alloc(Killer).From(3), none)"
    ours = ran(X, 3, "mu", settings, before=KILLER)
    theirs = twin.factorize(X, 3, "mu", constrain_W=[killer(3)], max_iter=3, slack=10)
    assert ours.best == 2
    assert_same_run(ours, theirs, 1e-9)


def test_events_count_the_iterations_of_runs_before():
    settings = 'run.SetIterations(1, 0)\nrun.SetConstraints(alloc(Killer).From(1), none)\nrun.SetProgress("", 40, 50)'
    ours = ran(counts(), 2, "mu", settings, before=KILLER)
    assert ours.events.startswith("iteration 41: the map of component 1 became zero everywhere and was restarted")


def test_maps_that_are_equal_in_every_iteration_are_reported_as_singular_once():
    before = """class Equal { image LowPass(object self, image H) { image equal := SameSize(H)
        equal = H[icol, 0]; return equal } }
        object none\n"""
    X = counts()
    ours = ran(X, 3, "als", "run.SetIterations(4, 0)\nrun.SetConstraints(none, alloc(Equal))", before=before)
    equal = [lambda H: np.repeat(H[:1], 3, axis=0)]
    theirs = twin.factorize(X, 3, "als", constrain_H=equal, max_iter=4)
    singular = [sentence for sentence in theirs.events if "two maps were too alike" in sentence]
    assert len(singular) == 1 and singular[0] + "\n" in ours.events
    assert ours.events.count("too alike") == 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_exact_fit_does_not_drift(dtype):
    """Its error is rounding, of either sign, and its rises mean nothing. (With the ridge of double precision, data in
    4 bytes ended in factors of 1e8 here.)"""
    for seed in range(4):
        rng = np.random.RandomState(seed)
        X = np.outer(rng.randint(1, 30, 30), rng.randint(1, 30, 56)).astype(dtype)
        ours = ran(X, 2, "als", "run.SetIterations(10, 0)")
        assert "rose again" not in ours.events
        assert ours.error < 1e-9 * np.mean(X.astype(np.float64) ** 2)


@pytest.mark.parametrize(
    "code, message",
    [
        ('run.Of(data, 31, "als")', "31 components cannot be found in 30 detector pixels x 56 scan positions: ask for "
                                    "a whole number from 1 to 30"),
        ('run.Of(data, 0, "als")', "0 components cannot be found"),
        ('run.Of(data, 2.5, "als")', "2.5 components cannot be found"),
        ('run.Of(data, 3, "pca")', "step pca is unknown: choose one of als, hals"),
        ("run.SetIterations(0, 0)", "0 iterations are not possible"),
        ("run.SetIterations(5, 1)", "tolerance 1 is not between 0"),
        ('run.Of(data, 3, "mu"); run.SetSeed(-1); run.Run()', "seed -1 is no whole number from 0"),
    ],
)
def test_settings_that_make_no_sense_are_refused(code, message):
    with pytest.raises(ScriptError, match=message):
        dm.run(NEEDS, "object run = alloc(NmfFactorization); object data = alloc(NmfMatrix).Of(X)\n" + code, X=counts())


# -- canonical form ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("switches", dm.pixel_combinations(), ids=repr)
def test_the_canonical_form_is_numpys_under_every_combination(switches, dtype):
    rng = np.random.RandomState(4)
    W, H = rng.rand(30, 5).astype(dtype), rng.rand(5, 56).astype(dtype)
    W[:, 3] = 0
    code = "image W2 := W; image H2 := H; CanonicalForm(W2, H2); image W1 := W; image H1 := H; ToUnitSum(W1, H1)"
    found = dm.run(NEEDS, code, give="W1 H1 W2 H2 W H", switches=switches, W=W, H=H)
    rounding = 1e-14 if dtype is np.float64 else 1e-6
    double = W.astype(np.float64), H.astype(np.float64)
    for ours, theirs in zip((found.W1, found.H1, found.W2, found.H2),
                            (*twin.to_unit_sum(*double), *twin.canonical_form(*double)), strict=True):
        dm.assert_near(ours, theirs, rounding)
        assert ours.dtype == dtype
    assert np.array_equal(found.W, W) and np.array_equal(found.H, H)


# -- in single precision, fifty iterations from the same start --------------------------------------------------------


def fifty(pixels, order, n_k, step, switches=None):
    """Factors of 50 iterations in DM, from pixels, and in NumPy."""
    ours = dm.run(NEEDS, "image X := Unfold(data, order)\n" + MAKE + "run.SetIterations(50, 0)" + RUN, give=GIVE,
                  switches=switches, data=pixels, order=order, nK=n_k, step=step)
    return ours, twin.factorize(unfold(pixels, order), n_k, step, max_iter=50)


def excess_of_error(X, ours, theirs):
    """By how much our error lies above NumPy's, as a part of it."""
    return mean_squared_error(X, ours.W, ours.H) / mean_squared_error(X, theirs.W, theirs.H) - 1


def matched_cosines(ours, theirs):
    similarity = cosines(theirs.W.T, ours.W.astype(np.float64).T)
    pairs = hungarian(-similarity)
    return similarity[np.arange(len(pairs)), pairs]


def assert_agreement_of_fifty(pixels, order, n_k, step, switches=None):
    ours, theirs = fifty(pixels, order, n_k, step, switches)
    X = unfold(pixels, order)
    assert ours.W.dtype == np.float32
    assert abs(excess_of_error(X, ours, theirs)) <= 1e-3
    assert matched_cosines(ours, theirs).min() >= 0.999
    assert ours.error == pytest.approx(mean_squared_error(X, ours.W, ours.H), rel=1e-4)
    assert ours.errors[0, int(ours.best) - 1] == pytest.approx(ours.error, rel=1e-4)


SQUARE, OBLONG = (20, 20), (22, 18)


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
@pytest.mark.parametrize("detector", [SQUARE, OBLONG])
@pytest.mark.parametrize("n_k", [1, 4])
@pytest.mark.parametrize("step", ["mu", "als"])
def test_fifty_iterations_in_single_precision_find_what_numpy_finds(step, n_k, detector, order):
    pixels = crystals_in_amorphous(scan=(12, 14), detector=detector, order=order, seed=1).pixels
    assert_agreement_of_fifty(pixels, order, n_k, step)


@pytest.mark.parametrize("switches", list(one_at_a_time("script"))[1:], ids=repr)
@pytest.mark.parametrize("step", ["mu", "als"])
def test_fifty_iterations_find_what_numpy_finds_under_every_switch(step, switches):
    pixels = crystals_in_amorphous(scan=(10, 11), detector=OBLONG, seed=1).pixels
    assert_agreement_of_fifty(pixels, "vuyx", 4, step, switches)


@pytest.mark.parametrize("step", ["mu", "als"])
def test_thirty_components_in_single_precision_end_within_a_percent_and_none_is_lost(step):
    """The scan must hold many more positions than components: on 12 x 14, ALS of 30 components is so ill-conditioned
    (1e13) that 1e-7 in X Ht moves its error by several percent, in NumPy as well."""
    pixels = crystals_in_amorphous(scan=(26, 30), detector=(40, 36), seed=3).pixels
    ours, theirs = fifty(pixels, "vuyx", 30, step)
    assert abs(excess_of_error(unfold(pixels), ours, theirs)) <= 1e-2
    assert ours.W.any(axis=0).all() and ours.H.any(axis=1).all()
    assert np.isfinite(ours.W).all() and np.isfinite(ours.H).all()
    assert matched_cosines(ours, theirs).min() >= 0.99
