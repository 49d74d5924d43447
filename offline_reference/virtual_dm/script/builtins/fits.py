"""Fits: a formula in x with parameters p0, p1, ... to a profile."""

import ast
import math

import numpy as np

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.script.builtins.per_pixel import ANY_NUMBER, REAL_NUMBER
from offline_reference.virtual_dm.script.builtins.statistics import real_values

MOST_STEPS = 500
X_GUESS = "x is the pixel index, weights multiply the squared differences"

_FUNCTIONS = {name.lower(): function for name, (function, *_) in (ANY_NUMBER | REAL_NUMBER).items()}
_FUNCTIONS |= {"abs": np.abs, "pi": lambda: math.pi}
_OPERATORS = {ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide, ast.Pow: np.power}


class Formula:
    """A text such as "p0 + p1*x" as a function of x and the parameters."""

    def __init__(self, text):
        try:
            self._tree = ast.parse(text.strip().lower(), mode="eval").body
            self(np.zeros(1), np.ones(100))
        except (SyntaxError, ValueError, KeyError, TypeError, RecursionError, MemoryError):
            raise DMError(
                f"{text!r} is no formula: write it with x, p0, p1, ..., numbers, + - * / ** and functions such as exp."
            ) from None

    def __call__(self, x, parameters):
        with np.errstate(all="ignore"):
            return np.broadcast_to(self._value(self._tree, x, parameters), np.shape(x)).astype(np.float64)

    def _value(self, node, x, parameters):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return float(node.value)
        if isinstance(node, ast.Name):
            return x if node.id == "x" else parameters[self._number(node.id)]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            value = self._value(node.operand, x, parameters)
            return -value if isinstance(node.op, ast.USub) else value
        if isinstance(node, ast.BinOp):
            left, right = self._value(node.left, x, parameters), self._value(node.right, x, parameters)
            return _OPERATORS[type(node.op)](left, right)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
            return _FUNCTIONS[node.func.id](*[self._value(one, x, parameters) for one in node.args])
        raise ValueError("not part of a formula")

    @staticmethod
    def _number(name):
        if not (name.startswith("p") and name[1:].isdigit() and int(name[1:]) < 100):
            raise ValueError(name)
        return int(name[1:])


def least_squares(formula, x, y, weights, start, is_free, tolerance):
    """Levenberg-Marquardt fit.

    Returns
    -------
    parameters : ndarray
    chi_squared : float
        Weighted sum of squared differences.
    has_converged : bool
    """
    parameters, free = start.copy(), np.flatnonzero(is_free)
    root_weights = np.sqrt(np.clip(weights, 0, None))

    def differences(p):
        values = root_weights * (formula(x, p) - y)
        return np.where(np.isfinite(values), values, 1e150)

    now = differences(parameters)
    chi, damping = float(now @ now), 1e-3
    for _ in range(MOST_STEPS):
        jacobian = _jacobian(differences, parameters, now, free)
        step = _damped_step(jacobian, now, damping)
        trial = parameters.copy()
        trial[free] += step
        new = differences(trial)
        new_chi = float(new @ new)
        if new_chi <= chi:
            small = chi - new_chi <= tolerance * max(chi, 1e-300)
            parameters, now, chi, damping = trial, new, new_chi, damping / 10
            if small:
                return parameters, chi, True
        elif damping > 1e12:
            return parameters, chi, True
        else:
            damping *= 10
    return parameters, chi, False


def _damped_step(jacobian, now, damping):
    """Least-squares step with each parameter in units of its own influence: x**5 and x**0 stand side by side."""
    lengths = np.sqrt((jacobian**2).sum(axis=0))
    lengths[lengths == 0] = 1.0
    above = jacobian / lengths
    below = np.sqrt(damping) * np.eye(len(lengths))
    right = np.concatenate([-now, np.zeros(len(lengths))])
    return np.linalg.lstsq(np.vstack([above, below]), right, rcond=None)[0] / lengths


def _jacobian(differences, parameters, now, free):
    columns = []
    for number in free:
        moved = parameters.copy()
        step = 1e-6 * max(abs(parameters[number]), 1e-3)
        moved[number] += step
        columns.append((differences(moved) - now) / step)
    return np.array(columns).T.reshape(now.size, len(columns))


@dm_function(
    "number FitFormula(string formula, image data, image weight, image pars, image parsToFit, number &chiSquared, "
    "number tolerance)",
    "SEEN 7 f",
    X_GUESS,
)
def fit_formula(call, formula, data, weight, pars, pars_to_fit, chi_squared, tolerance):
    """Fit a formula, starting at the values in pars, which are replaced; 1 if the fit has converged."""
    function = Formula(formula)
    y, start = real_values(data).ravel(), real_values(pars).ravel()
    weights, is_free = real_values(weight).ravel(), real_values(pars_to_fit).ravel() != 0
    if weights.size != y.size or is_free.size != start.size:
        raise DMError("FitFormula: data and weights must have one size, and so must the parameters and their flags.")
    padded = np.concatenate([start, np.ones(100)])
    x = np.arange(y.size, dtype=np.float64)
    used = np.concatenate([is_free, np.zeros(100, bool)])
    found, chi, converged = least_squares(function, x, y, weights, padded, used, tolerance)
    pars.pixels[...] = found[: start.size].reshape(pars.pixels.shape)
    chi_squared.set(chi)
    return converged


@dm_function("image PlotFormula(string formula, image like, image pars)", "SEEN 7 f", X_GUESS)
def plot_formula(call, formula, like, pars):
    """The formula's values, of the size and calibration of another profile."""
    parameters = np.concatenate([real_values(pars).ravel(), np.ones(100)])
    values = Formula(formula)(np.arange(like.pixels.size, dtype=np.float64), parameters)
    plotted = Image(values.reshape(like.pixels.shape).astype(np.float32), "Fit")
    plotted.copy_calibrations_from(like)
    return plotted
