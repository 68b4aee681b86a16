"""What TextBrewer and torchdistill say of the inputs in a file: loss_parity.py FILE prints one JSON list.

Each entry has the value of the loss and its gradient with respect to the student's side, in float64.
"""

import json
import sys

import torch
from textbrewer import losses as textbrewer
from torchdistill.losses.mid_level import RKDLoss


def with_padding_left_out(scores, mask):
    """TextBrewer takes scores as models give them, with padding keys far below the others."""
    return scores + (1 - mask)[:, None, None, :] * -1e4


def rkd(distance, angle):
    loss = RKDLoss("s", "t", distance, angle, "mean")
    return lambda case: loss(
        {"s": {"output": case["student"][:, 0]}}, {"t": {"output": case["teacher"][:, 0]}}
    )


def hidden(loss):
    return lambda case: loss(case["student"], case["teacher"], case["mask"])


def attention(loss, keys=False):
    def value(case):
        sides = [case["student"], case["teacher"]]
        if keys:
            sides = [with_padding_left_out(side, case["mask"]) for side in sides]
        return loss(*sides, case["mask"])

    return value


CASES = {
    "hidden-mse": ("textbrewer hid_mse", hidden(textbrewer.hid_mse_loss)),
    "hidden-cosine": ("textbrewer cos", hidden(textbrewer.cos_loss)),
    "pkd": ("textbrewer pkd", hidden(textbrewer.pkd_loss)),
    "gram": (
        "textbrewer fsp",
        lambda case: textbrewer.fsp_loss(
            [case["studentBefore"], case["student"]],
            [case["teacherBefore"], case["teacher"]],
            case["mask"],
        ),
    ),
    # Its masked form divides by the padded length instead of the width, so it is asked without a mask.
    "nst": (
        "textbrewer mmd",
        lambda case: textbrewer.mmd_loss([case["student"]] * 2, [case["teacher"]] * 2),
    ),
    "attention-mse each": ("textbrewer att_mse", attention(textbrewer.att_mse_loss)),
    "attention-mse sum": ("textbrewer att_mse_sum", attention(textbrewer.att_mse_sum_loss)),
    "attention-ce each": ("textbrewer att_ce", attention(textbrewer.att_ce_loss, keys=True)),
    "attention-ce mean": ("textbrewer att_ce_mean", attention(textbrewer.att_ce_mean_loss, keys=True)),
    "rkd distance": ("torchdistill RKDLoss", rkd(1, 0)),
    "rkd angle": ("torchdistill RKDLoss", rkd(0, 1)),
}


def answer(given):
    sides = ("student", "teacher", "studentBefore", "teacherBefore")
    case = {
        side: torch.tensor(given[side], dtype=torch.float64).reshape(given["shape"]) for side in sides
    }
    case["mask"] = torch.tensor(given["mask"], dtype=torch.float64)
    case["student"].requires_grad_()
    reference, loss = CASES[given["name"]]
    value = loss(case)
    value.backward()
    return {
        "reference": reference,
        "value": value.item(),
        "gradient": case["student"].grad.flatten().tolist(),
    }


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(json.dumps([answer(given) for given in json.load(file)]))
