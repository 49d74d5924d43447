"""How fast virtual_dm is: image expressions against the same lines of NumPy, and steps of scalar loops.

    python -m benchmarks.virtual_dm_speed

Wanted: at most 3 x NumPy for 512 x 512 pixels and more, and at least 1e5 loop steps a second. Times depend on the
machine, their ratios hardly do.
"""
import time

import numpy as np

from offline_reference.virtual_dm import run_script
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.workspace import Workspace

EXPRESSIONS = {
    "c = a * b + 2": lambda a, b, c: np.copyto(c, a * b + np.float32(2)),
    "c += a": lambda a, b, c: np.add(c, a, out=c),
    "c = sqrt(a) + exp(-b)": lambda a, b, c: np.copyto(c, np.sqrt(a) + np.exp(-b)),
    "c = tert(a > b, a, b)": lambda a, b, c: np.copyto(c, np.where(a > b, a, b)),
    "c = (a - b)**2 / (a + b + 1)": lambda a, b, c: np.copyto(c, (a - b) ** 2 / (a + b + np.float32(1))),
    "c = a * (iradius < 100)": lambda a, b, c: np.copyto(c, a * (_radius(a.shape) < 100)),
    "c = a[irow, icol]": lambda a, b, c: np.copyto(c, a[tuple(np.indices(a.shape)[::-1])]),
    "line[icol, 0] += a": lambda a, b, c: a.sum(axis=0, dtype=np.float64),
    "number s = sum(a * b)": lambda a, b, c: (a * b).sum(dtype=np.float64),
}
LOOPS = {
    "i++": "for (i = 0; i < n; i++) s += i * 2",
    "call": "number Add(number x, number y) { return x + y }\nfor (i = 0; i < n; i++) s = Add(s, i)",
    "Abs": "for (i = 0; i < n; i++) { number k = Abs(i); if (k > 5) s += k }",
    "pixel": "for (i = 0; i < n; i++) SetPixel(line, i % 100, 0, GetPixel(line, 3, 0) + i)",
}


def _radius(shape):
    rows, columns = np.indices(shape)
    return np.hypot(columns - shape[1] / 2, rows - shape[0] / 2)


def seconds(run, repeats=7):
    """The quickest of several runs. [s]"""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def time_of_expression(expression, n, turns):
    """One evaluation in DM-script and in NumPy. [s]"""
    rng = np.random.default_rng(0)
    a, b, c = (rng.random((n, n), dtype=np.float32) for _ in range(3))
    workspace = Workspace()
    for pixels in (c, b, a):
        workspace.show(Image(pixels, "image"))
    head = (
        "image a := GetFrontImage()\nimage b := FindNextImage(a)\nimage c := FindNextImage(b)\n"
        f'image line := RealImage("", 4, {n}, 1)\n'
    )
    empty = seconds(lambda: run_script(head, workspace))
    script = seconds(lambda: run_script(head + f"for (number i = 0; i < {turns}; i++) {{ {expression} }}", workspace))

    def in_numpy():
        for _ in range(turns):
            EXPRESSIONS[expression](a, b, c)

    with np.errstate(all="ignore"):
        return (script - empty) / turns, seconds(in_numpy) / turns


def loop_steps_per_second(body, n=50_000):
    script = f'number i, s, n = {n}\nimage line := RealImage("", 4, 100, 1)\n{body}'
    return n / seconds(lambda: run_script(script, Workspace()), repeats=3)


def main():
    for n, turns in ((512, 20), (2048, 3)):
        print(f"{n} x {n} pixels                      script      NumPy      ratio")
        for expression in EXPRESSIONS:
            script, numpy = time_of_expression(expression, n, turns)
            print(f"  {expression:30s} {1e3 * script:8.3f} ms {1e3 * numpy:8.3f} ms {script / numpy:8.2f}")
    print("scalar loops, steps a second")
    for name, body in LOOPS.items():
        print(f"  {name:30s} {loop_steps_per_second(body):10.0f}")


if __name__ == "__main__":
    main()
