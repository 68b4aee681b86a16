"""Optuna's samplers on the functions of the benchmark, which stay in JavaScript.

Reads one line of JSON, {space, objectives, sampler, trials, seeds}; then for each seed and trial prints the configuration as a
line of JSON and reads the line of its values.
"""
import json
import sys
import warnings

import optuna

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


def holds(condition, configuration):
    return configuration.get(condition["parameter"]) in condition["in"]


def suggest(trial, parameter):
    kind, name = parameter["kind"], parameter["name"]
    if kind == "categorical":
        return trial.suggest_categorical(name, parameter["values"])
    if kind == "ordered":
        return parameter["values"][trial.suggest_int(name, 0, len(parameter["values"]) - 1)]
    draw = trial.suggest_int if kind == "integer" else trial.suggest_float
    return draw(name, parameter["low"], parameter["high"], log=parameter.get("log", False))


def sampler(request, seed):
    match request["sampler"]:
        case "random":
            return optuna.samplers.RandomSampler(seed=seed)
        case "quasi-random":
            return optuna.samplers.QMCSampler(seed=seed, scramble=True)
        case "tpe":
            return optuna.samplers.TPESampler(seed=seed, multivariate=True, group=True)
        case "nsga-ii":
            return optuna.samplers.NSGAIISampler(seed=seed, population_size=request["population"])


def run(request, seed):
    study = optuna.create_study(
        sampler=sampler(request, seed), directions=["minimize"] * request["objectives"]
    )
    for _ in range(request["trials"]):
        trial = study.ask()
        configuration = {}
        for parameter in request["space"]["parameters"]:
            if all(holds(condition, configuration) for condition in parameter.get("when", [])):
                configuration[parameter["name"]] = suggest(trial, parameter)
        print(json.dumps(configuration), flush=True)
        study.tell(trial, json.loads(sys.stdin.readline()))


request = json.loads(sys.stdin.readline())
for seed in range(request["seeds"]):
    run(request, seed)
