"""Importances by Optuna's fANOVA, as JSON.

    python fanova_importance.py PROBLEM

PROBLEM is a JSON file {parameters: [{name, values} or {name, low, high, log}], trials: [{configuration, score}], seeds, trees}. Prints
[{name: importance}], one for each seed.
"""

import json
import sys

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.importance import FanovaImportanceEvaluator

optuna.logging.set_verbosity(optuna.logging.ERROR)


def distribution(parameter):
    if "values" in parameter:
        return CategoricalDistribution(parameter["values"])
    return FloatDistribution(parameter["low"], parameter["high"], log=parameter["log"])


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        problem = json.load(file)
    space = {one["name"]: distribution(one) for one in problem["parameters"]}
    study = optuna.create_study()
    study.add_trials(
        [
            optuna.trial.create_trial(
                params=trial["configuration"], distributions=space, value=trial["score"]
            )
            for trial in problem["trials"]
        ]
    )
    found = []
    for seed in problem["seeds"]:
        evaluator = FanovaImportanceEvaluator(n_trees=problem["trees"], seed=seed)
        found.append(dict(evaluator.evaluate(study)))
    print(json.dumps(found))


main()
