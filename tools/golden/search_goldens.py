"""Rewrites packages/search/goldens: densities of Optuna's Parzen estimator, Halton points and Φ of SciPy, hypervolumes of Optuna.

    VENV/bin/pip install -r tools/golden/requirements-search.txt
    VENV/bin/python tools/golden/search_goldens.py && npx prettier --write packages/search/goldens
"""

import json
from pathlib import Path

import numpy as np
from optuna._hypervolume import compute_hypervolume
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights
from scipy.stats import norm, qmc

FOLDER = Path(__file__).parents[2] / "packages/search/goldens"
PRIOR_WEIGHT = 1.5

PARAMETERS = {
    "p": {"kind": "float", "low": -1, "high": 3},
    "rate": {"kind": "float", "low": 1e-5, "high": 1e-1, "log": True},
    "depth": {"kind": "integer", "low": 1, "high": 6},
    "width": {"kind": "integer", "low": 4, "high": 64, "log": True},
    "alpha": {"kind": "ordered", "values": [0, 0.1, 0.3, 0.5, 0.9, 1]},
    "loss": {"kind": "categorical", "values": ["ce", "mse", "cos", "pkd"]},
}
CASES = {
    "float": ["p"],
    "log float": ["rate"],
    "integer": ["depth"],
    "log integer": ["width"],
    "ordered": ["alpha"],
    "categorical": ["loss"],
    "all together": list(PARAMETERS),
}
# Equal observations share out bandwidths by the order of NumPy's unstable sort. In a product of kernels, or with weights that
# differ (above 25), it would matter.
COUNTS = {"all together": [0, 1, 2, 5], "float": [0, 1, 2, 7, 40], "log float": [0, 1, 2, 7, 40]}


def distribution(parameter):
    kind = parameter["kind"]
    if kind == "categorical":
        return CategoricalDistribution(parameter["values"])
    if kind == "ordered":
        return IntDistribution(0, len(parameter["values"]) - 1)
    make = FloatDistribution if kind == "float" else IntDistribution
    return make(parameter["low"], parameter["high"], log=parameter.get("log", False))


def draw(parameter, rng):
    """A value as Optuna holds it: an index for listed values."""
    if "values" in parameter:
        return int(rng.integers(len(parameter["values"])))
    low, high = parameter["low"], parameter["high"]
    if parameter["kind"] == "integer":
        return int(rng.integers(low, high + 1))
    u = rng.uniform()
    return low * (high / low) ** u if parameter.get("log") else low + u * (high - low)


def column(parameter, count, rng):
    """Values as Optuna holds them, different ones as long as there are enough."""
    values = []
    while len(values) < count:
        value = draw(parameter, rng)
        if value not in values[-5:] or parameter["kind"] == "categorical":
            values.append(value)
    return values


def external(parameter, value):
    return parameter["values"][value] if "values" in parameter else value


def log_range(parameter):
    """From a density over values (of logarithms: that is what Optuna gives) to one over their places in [0, 1]."""
    if parameter["kind"] != "float":
        return 0.0
    low, high = parameter["low"], parameter["high"]
    return np.log(np.log(high / low)) if parameter.get("log") else np.log(high - low)


def parzen():
    rng = np.random.default_rng(7)
    settings = _ParzenEstimatorParameters(
        prior_weight=PRIOR_WEIGHT,
        consider_magic_clip=True,
        consider_endpoints=False,
        weights=default_weights,
        multivariate=True,
    )
    for case, names in CASES.items():
        parameters = {name: PARAMETERS[name] for name in names}
        space = {name: distribution(parameter) for name, parameter in parameters.items()}
        for count in COUNTS.get(case, [0, 1, 2, 7, 16]):
            columns = {n: column(p, count, rng) for n, p in parameters.items()}
            points = {n: [draw(p, rng) for _ in range(4)] for n, p in parameters.items()}
            arrays = {n: np.asarray(values, dtype=float) for n, values in columns.items()}
            estimator = _ParzenEstimator(arrays, space, settings)
            logs = estimator.log_pdf({n: np.asarray(v, dtype=float) for n, v in points.items()})
            logs = logs + sum(log_range(p) for p in parameters.values())
            rows = lambda table, size: [
                [external(parameters[n], table[n][i]) for n in names] for i in range(size)
            ]
            yield {
                "name": f"{case}, {count} observations",
                "parameters": [{"name": n, **p} for n, p in parameters.items()],
                "observations": rows(columns, count),
                "points": rows(points, 4),
                "logDensities": logs.tolist(),
            }


def hypervolumes():
    rng = np.random.default_rng(8)
    for objectives in (1, 2, 3, 4):
        points = rng.uniform(size=(12, objectives)).round(3)
        reference = np.full(objectives, 0.9)
        inside = points[(points < reference).all(axis=1)]
        volume = compute_hypervolume(inside, reference)
        yield {"points": points.tolist(), "reference": reference.tolist(), "volume": float(volume)}


places = [-8, -4.5, -2, -1, -0.1, 0, 0.3, 1.5, 3, 6]
goldens = {
    "priorWeight": PRIOR_WEIGHT,
    "parzen": list(parzen()),
    "hypervolumes": list(hypervolumes()),
    "halton": qmc.Halton(4, scramble=False).random(40)[[1, 7, 25, 39]].tolist(),
    "normal": [[x, float(norm.cdf(x))] for x in places],
}
FOLDER.mkdir(exist_ok=True)
(FOLDER / "search.json").write_text(json.dumps(goldens))
