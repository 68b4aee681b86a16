"""Writes packages/data/goldens: entity scores of seqeval on random tags, and scores of answers by the rules of SQuAD.

    python tools/golden/task_goldens.py && npx prettier --write packages/data/goldens

The rules of SQuAD are written down here a second time, in other words than ours, so that both would have to err alike;
where torchmetrics is installed its numbers are compared as well.
"""

import collections
import importlib.util
import json
import random
import string
from pathlib import Path

from seqeval.metrics import accuracy_score, f1_score, precision_score, recall_score

TARGET = Path(__file__).parents[2] / "packages/data/goldens"


def entities(draw: random.Random) -> list:
    cases = []
    for prefixes in ("BI", "BIES", "IB"):
        for number in range(8):
            types = ["per", "loc", "org-x"][: 1 + number % 3]
            tags = ["O"] + [f"{prefix}-{kind}" for prefix in prefixes for kind in types]
            lengths = [draw.randint(1, 12) for _ in range(draw.randint(1, 6))]
            truth = [[draw.choice(tags) for _ in range(length)] for length in lengths]
            predicted = [[tag if draw.random() < 0.7 else draw.choice(tags) for tag in row] for row in truth]
            cases.append({
                "truth": [" ".join(row) for row in truth],
                "predicted": [" ".join(row) for row in predicted],
                "scores": {
                    "f1": float(f1_score(truth, predicted, zero_division=0)),
                    "precision": float(precision_score(truth, predicted, zero_division=0)),
                    "recall": float(recall_score(truth, predicted, zero_division=0)),
                    "accuracy": float(accuracy_score(truth, predicted)),
                },
            })
    return cases


def words(text: str) -> list:
    kept = "".join(character for character in text.lower() if character not in string.punctuation)
    # An article is a whole run of word characters.
    runs, run = [], ""
    for character in kept + " ":
        if character.isalnum() or character == "_":
            run += character
            continue
        runs += [" " if run in ("a", "an", "the") else run, character]
        run = ""
    return "".join(runs).split()


def score(answer: str, accepted: list) -> dict:
    given = words(answer)
    exact, best = 0, 0.0
    wanted = [words(text) for text in accepted]
    for gold in [gold for gold in wanted if gold] or [[]]:
        exact = max(exact, int(given == gold))
        common = sum((collections.Counter(given) & collections.Counter(gold)).values())
        if not given or not gold:
            best = max(best, float(given == gold))
        elif common:
            precision, recall = common / len(given), common / len(gold)
            best = max(best, 2 * precision * recall / (precision + recall))
    return {"exact": exact, "f1": best}


def answers(draw: random.Random) -> list:
    pieces = ["the", "a", "An", "cat", "Cat,", "dog", "(dog)", "é", "a-b", "théâtre", "U.S.", "50%", "_a_", "na\u00efve", " "]
    cases = []
    for _ in range(120):
        text = lambda: " ".join(draw.choice(pieces) for _ in range(draw.randint(0, 5)))
        accepted = [text() for _ in range(draw.randint(0, 3))]
        answer = draw.choice(accepted) if accepted and draw.random() < 0.2 else text()
        cases.append({"answer": answer, "accepted": accepted, **score(answer, accepted)})
    return cases


def check_answers(cases: list) -> None:
    if importlib.util.find_spec("torchmetrics") is None:
        print("torchmetrics is not installed: its SQuAD scores are not compared")
        return
    from torchmetrics.functional.text import squad

    compared = 0
    for case in cases:
        # SQuAD 1.1 knows no empty answers.
        if not words(case["answer"]) or not case["accepted"] or not all(map(words, case["accepted"])):
            continue
        theirs = squad(
            [{"prediction_text": case["answer"], "id": "q"}],
            [{"answers": {"answer_start": [0] * len(case["accepted"]), "text": case["accepted"]}, "id": "q"}],
        )
        assert abs(float(theirs["exact_match"]) / 100 - case["exact"]) < 1e-6, case
        assert abs(float(theirs["f1"]) / 100 - case["f1"]) < 1e-6, case
        compared += 1
    print(f"torchmetrics agrees on {compared} answers")


TARGET.mkdir(parents=True, exist_ok=True)
(TARGET / "entities.json").write_text(json.dumps(entities(random.Random(1))) + "\n")
cases = answers(random.Random(2))
check_answers(cases)
(TARGET / "answers.json").write_text(json.dumps(cases) + "\n")
