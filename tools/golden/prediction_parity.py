"""The side of PyTorch in prediction-parity.mjs: losses on predictions and their gradients, in float64.

    prediction_parity.py

Prints one JSON list: settings of the objective as in a recipe, its inputs, the value, and the gradient with respect to the
student's logits. References are PyTorch's own losses, TextBrewer's and torchdistill's (left out where they are not
installed), or the formula of the paper written down in PyTorch.
"""

import json
import sys

import torch
import torch.nn.functional as F

from prediction_losses import (
    cosine,
    dkd,
    forward_kl,
    jensen_shannon,
    logistic_ranking,
    reverse_kl,
    sigmoid_kd,
    soft,
    total_variation,
)

ROWS, CLASSES, PADDING = 12, 5, 3
MASKED = -1e4

generator = torch.Generator().manual_seed(3)


def normals(*shape):
    # Through float32, so that both sides start from the same numbers.
    return (2 * torch.randn(*shape, generator=generator)).float().double()


STUDENT, TEACHER = normals(ROWS, CLASSES), normals(ROWS, CLASSES)
IDS = torch.randint(CLASSES, (ROWS,), generator=generator)
BITS = torch.randint(2, (ROWS, CLASSES), generator=generator).double()
VALUES = normals(ROWS)
REPEATS = torch.tensor([1, 2, 0, 3] * (ROWS // 4))
PROGRESS = 0.25


cases = []


def add(reference, kind, settings, loss, student=STUDENT, **inputs):
    """`loss` is a function of the student's logits; `inputs` are fed to ours under their names."""
    x = student.clone().requires_grad_()
    value = loss(x)
    (gradient,) = torch.autograd.grad(value, x)
    feeds = {"student": student, **inputs}
    cases.append(
        {
            "reference": reference,
            "kind": kind,
            "settings": settings,
            "inputs": {name: describe(tensor) for name, tensor in feeds.items()},
            "loss": value.item(),
            "gradient": gradient.flatten().tolist(),
        }
    )


def describe(tensor):
    dtype = "float32" if tensor.is_floating_point() else "int32"
    return {"dtype": dtype, "shape": list(tensor.shape), "data": tensor.flatten().tolist()}


def add_taught(reference, settings, loss, kind="classification", **inputs):
    add(reference, kind, settings, lambda z: loss(z, TEACHER), teacher=TEACHER, **inputs)


def torch_cases():
    add_taught("torch", {"use": "soft-cross-entropy"}, soft)
    add_taught(
        "torch",
        {"use": "soft-cross-entropy", "temperature": 2, "tauSquared": True},
        lambda s, t: 4 * soft(s, t, 2),
    )
    add_taught(
        "torch",
        {"use": "soft-cross-entropy", "temperature": {"use": "linear", "from": 4, "to": 1}},
        lambda s, t: soft(s, t, 4 + (1 - 4) * PROGRESS),
        progress=torch.tensor(PROGRESS, dtype=torch.float64),
    )
    add_taught("torch", {"use": "kl", "temperature": 3}, lambda s, t: forward_kl(s, t, 3))
    add_taught("torch", {"use": "kl", "direction": "reverse"}, reverse_kl)
    add_taught(
        "torch",
        {"use": "kl", "direction": "symmetric", "temperature": 2},
        lambda s, t: (forward_kl(s, t, 2) + reverse_kl(s, t, 2)) / 2,
    )
    add_taught("formula", {"use": "jensen-shannon", "beta": 0.3}, lambda s, t: jensen_shannon(s, t, 0.3))
    add_taught("formula", {"use": "total-variation"}, total_variation)
    for settings in ({"alpha": 1, "beta": 8, "temperature": 4}, {"alpha": 2, "beta": 0.5, "temperature": 1}):
        add_taught(
            "formula",
            {"use": "dkd", **settings},
            lambda s, t, settings=settings: dkd(s, t, IDS, **settings),
            labels=IDS,
        )
    add_taught("torch", {"use": "logit-cosine"}, cosine)
    add_taught("torch", {"use": "logit-mse"}, F.mse_loss)
    add_taught("formula", {"use": "logistic-ranking"}, logistic_ranking)
    add_taught("torch", {"use": "soft-label"}, lambda s, t: F.cross_entropy(s, t.argmax(-1)))
    add_taught(
        "torch",
        {"use": "sigmoid-kd", "temperature": 2},
        lambda s, t: sigmoid_kd(s, t, 2),
        kind="multi-label",
    )
    for smoothing in (0, 0.1):
        settings = {"use": "hard-label", "labelSmoothing": smoothing}
        add(
            "torch",
            "classification",
            settings,
            lambda z, smoothing=smoothing: F.cross_entropy(z, IDS, label_smoothing=smoothing),
            labels=IDS,
        )
    add(
        "torch",
        "multi-label",
        {"use": "hard-label"},
        lambda z: F.binary_cross_entropy_with_logits(z, BITS),
        labels=BITS,
    )
    column = STUDENT[:, :1]
    add(
        "torch",
        "regression",
        {"use": "hard-label"},
        lambda z: F.mse_loss(z[:, 0], VALUES),
        student=column,
        labels=VALUES,
    )
    add(
        "torch",
        "regression",
        {"use": "soft-label"},
        lambda z: F.mse_loss(z, TEACHER[:, :1]),
        student=column,
        teacher=TEACHER[:, :1],
    )


def repeated(tensor):
    return tensor.repeat_interleave(REPEATS, 0)


def weighted_cases(dist):
    """Weights 0 … 3 on one side, rows repeated as often on the other."""
    weights = REPEATS.double()
    for settings, loss in (
        ({"use": "soft-cross-entropy", "temperature": 2}, lambda s, t: soft(s, t, 2)),
        ({"use": "kl", "direction": "reverse"}, reverse_kl),
        ({"use": "dist"}, dist),
    ):
        if loss:
            add_taught(
                "rows repeated",
                settings,
                lambda s, t, loss=loss: loss(repeated(s), repeated(t)),
                weights=weights,
            )
    add_taught(
        "rows repeated",
        {"use": "dkd", "alpha": 1, "beta": 2, "temperature": 2},
        lambda s, t: dkd(repeated(s), repeated(t), repeated(IDS), 1, 2, 2),
        labels=IDS,
        weights=weights,
    )


def span_cases():
    """Columns of padding on one side, no such columns on the other."""
    student, teacher = (F.pad(x, (0, PADDING), value=MASKED) for x in (STUDENT, TEACHER))
    for settings, loss in (
        ({"use": "soft-cross-entropy", "temperature": 2}, lambda s: soft(s, TEACHER, 2)),
        ({"use": "kl", "direction": "reverse"}, lambda s: reverse_kl(s, TEACHER)),
        ({"use": "jensen-shannon", "beta": 0.5}, lambda s: jensen_shannon(s, TEACHER, 0.5)),
        ({"use": "total-variation"}, lambda s: total_variation(s, TEACHER)),
        ({"use": "soft-label"}, lambda s: F.cross_entropy(s, TEACHER.argmax(-1))),
    ):
        add("no padding", "span", settings, lambda z, f=loss: f(z[:, :CLASSES]), student=student, teacher=teacher)
    decoupled = {"alpha": 1, "beta": 8, "temperature": 4}
    add(
        "no padding",
        "span",
        {"use": "dkd", **decoupled},
        lambda z: dkd(z[:, :CLASSES], TEACHER, IDS, **decoupled),
        student=student,
        teacher=teacher,
        labels=IDS,
    )
    add(
        "no padding",
        "span",
        {"use": "hard-label"},
        lambda z: F.cross_entropy(z[:, :CLASSES], IDS),
        student=student,
        labels=IDS,
    )


def textbrewer_cases():
    from textbrewer.losses import kd_ce_loss, kd_mse_loss
    from textbrewer.schedulers import cwsm_temperature_scheduler_builder, flsw_temperature_scheduler_builder

    for temperature in (1, 8):
        for name, loss in (("soft-cross-entropy", kd_ce_loss), ("logit-mse", kd_mse_loss)):
            add_taught(
                "TextBrewer",
                {"use": name, "temperature": temperature},
                lambda s, t, loss=loss, temperature=temperature: loss(s, t, temperature),
            )
    # Its ε of 1e-4 in the norms is left out.
    flsw = flsw_temperature_scheduler_builder(1.5, 2.0, 0.0)
    cwsm = cwsm_temperature_scheduler_builder(1.5)
    for rule, schedule in (
        ({"use": "flsw", "base": 4, "beta": 1.5, "gamma": 2}, flsw),
        ({"use": "cwsm", "base": 4, "beta": 1.5}, cwsm),
    ):
        add_taught(
            "TextBrewer",
            {"use": "soft-cross-entropy", "temperature": rule},
            lambda s, t, schedule=schedule: kd_ce_loss(s, t, schedule(s, t, 4)),
        )


def torchdistill_dist():
    from torchdistill.losses.mid_level import DISTLoss

    def loss(student, teacher, **settings):
        module = DISTLoss("s", "output", "t", "output", **settings)
        return module({"s": {"output": student}}, {"t": {"output": teacher}})

    for ours, theirs in (
        ({}, {}),
        ({"beta": 2, "gamma": 0.5, "temperature": 4}, {"beta": 2, "gamma": 0.5, "tau": 4}),
    ):
        add_taught("torchdistill", {"use": "dist", **ours}, lambda s, t, theirs=theirs: loss(s, t, **theirs))
    return loss


def torchdistill_kl():
    from torchdistill.losses.mid_level import KDLoss

    # alpha = 0 leaves its cross-entropy with the labels out, and the factor τ² with it.
    module = KDLoss("s", "output", "t", "output", 3.0, alpha=0.0, reduction="batchmean")
    add_taught(
        "torchdistill",
        {"use": "kl", "temperature": 3},
        lambda s, t: module({"s": {"output": s}}, {"t": {"output": t}}, IDS),
    )


def optional(package, body):
    try:
        return body()
    except ImportError as error:
        print(f"{package} is left out: {error}", file=sys.stderr)
        return None


torch_cases()
span_cases()
optional("TextBrewer", textbrewer_cases)
optional("torchdistill", torchdistill_kl)
weighted_cases(optional("torchdistill", torchdistill_dist))
print(json.dumps(cases))
