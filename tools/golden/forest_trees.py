"""Grows forests of scikit-learn and prints their trees as JSON.

    python forest_trees.py PROBLEM

PROBLEM is a JSON file {columns, targets, forests: [{seed, trees}], minLeaf, columnShare}. Prints a list of forests, each a list of trees:
{value} or {column, threshold, left, right}, where a row goes left when its value is at most the threshold.
"""

import json
import sys

import numpy as np
from sklearn.ensemble import RandomForestRegressor


def nested(tree, node=0):
    if tree.children_left[node] < 0:
        return {"value": float(tree.value[node].item())}
    return {
        "column": int(tree.feature[node]),
        "threshold": float(tree.threshold[node]),
        "left": nested(tree, tree.children_left[node]),
        "right": nested(tree, tree.children_right[node]),
    }


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        problem = json.load(file)
    rows = np.array(problem["columns"]).T
    forests = []
    for wanted in problem["forests"]:
        forest = RandomForestRegressor(
            n_estimators=wanted["trees"],
            random_state=wanted["seed"],
            min_samples_leaf=problem["minLeaf"],
            max_features=problem["columnShare"],
        )
        forest.fit(rows, np.array(problem["targets"]))
        forests.append([nested(one.tree_) for one in forest.estimators_])
    print(json.dumps(forests))


main()
