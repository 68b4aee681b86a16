"""The side of PyTorch in loss-parity.mjs.

    loss_parity.py DIR   writes random inputs and what other implementations make of them; prints the cases as JSON

To compare another loss, add a line to CASES; nothing else knows the losses by name.
"""

import importlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

DRAWS = 5
TEXTS, TOKENS, CLASSES = 6, 7, 5


@dataclass
class Case:
    """A component with settings, and another's implementation of it."""

    component: str
    against: str
    # Takes the tensors of a draw, float64; returns a scalar.
    reference: Callable[[dict], torch.Tensor]
    settings: dict = field(default_factory=dict)
    # What to draw: hidden, attentionScores, attentions (a size is a width or a number of heads) or logits.
    feature: str = "hidden"
    student: int = 12
    teacher: int = 12
    # The pair before, for losses on steps.
    steps: bool = False
    # A module that need not be installed; without it the case is left out.
    needs: str = "torch"

    @property
    def name(self):
        parts = [f"{key} {json.dumps(value)}".replace('"', "") for key, value in self.settings.items()]
        return ", ".join([self.component, *parts]) + ("" if self.student == self.teacher else ", unequal sizes")


def textbrewer(loss, *names, prepare=lambda tensor, mask: tensor, **options):
    """A loss of textbrewer.losses on the named tensors (student and teacher by default)."""

    def reference(draw):
        function = getattr(importlib.import_module("textbrewer.losses"), loss)
        student, teacher = (prepare(draw[name], draw["mask"]) for name in names or ("student", "teacher"))
        return function(student, teacher, mask=draw["mask"], **options)

    return reference


def textbrewer_prediction(loss, scale=1, **options):
    def reference(draw):
        function = getattr(importlib.import_module("textbrewer.losses"), loss)
        return scale * function(draw["student"], draw["teacher"], **options)

    return reference


def without_padding_keys(scores, mask):
    """What the older BERT code returned as attention scores."""
    return scores + (1 - mask)[:, None, None, :] * -1e4


def texts_of(draw):
    """Student and teacher of each text, padding cut off; attention features too."""
    for student, teacher, mask in zip(draw["student"], draw["teacher"], draw["mask"]):
        n = int(mask.sum())
        yield tuple(x[:n] if x.dim() == 2 else x[:, :n, :n] for x in (student, teacher))


def tokens_of(draw):
    """Student and teacher, [tokens, D]."""
    return tuple(draw[side][draw["mask"] == 1] for side in ("student", "teacher"))


def pooled(draw, how):
    if how == "tokens":
        return tokens_of(draw)
    if how == "cls":
        return draw["student"][:, 0], draw["teacher"][:, 0]
    means = [[side.mean(0) for side in text] for text in texts_of(draw)]
    return tuple(torch.stack(side) for side in zip(*means))


def hidden_ce(draw):
    student, teacher = tokens_of(draw)
    return F.cross_entropy(student, teacher.softmax(-1))


def hidden_l2(draw):
    return F.pairwise_distance(*tokens_of(draw), eps=0).mean()


def fsp(draw):
    losses = importlib.import_module("textbrewer.losses")
    sides = [[draw["previous student"], draw["student"]], [draw["previous teacher"], draw["teacher"]]]
    return losses.fsp_loss(*sides, mask=draw["mask"])


def mmd(draw):
    """Text by text without a mask: with one, textbrewer divides by the length in place of the width."""
    losses = importlib.import_module("textbrewer.losses")
    pairs = draw["mask"].sum(1) ** 2
    per_text = [losses.mmd_loss([s[None]] * 2, [t[None]] * 2) for s, t in texts_of(draw)]
    return (torch.stack(per_text) * pairs).sum() / pairs.sum()


def divergence(relations):
    """Mean over heads and tokens of kl_div, from (student, teacher) scores [H, n, n] of each text."""
    total, rows = 0, 0
    for student, teacher in relations:
        total += F.kl_div(student.log_softmax(-1), teacher.softmax(-1), reduction="sum")
        rows += student.shape[0] * student.shape[1]
    return total / rows


def attention_transfer(draw):
    return divergence(texts_of(draw))


def relation(heads):
    def scores(vectors):
        parts = torch.stack(vectors.chunk(heads, dim=-1))  # [H, n, d]
        return torch.einsum("hqd,hkd->hqk", parts, parts) / parts.shape[-1] ** 0.5

    return lambda draw: divergence((scores(s), scores(t)) for s, t in texts_of(draw))


def cka(how):
    """From centred kernels over rows (HSIC), where ours multiplies features."""

    def reference(draw):
        sides = pooled(draw, how)
        rows = len(sides[0])
        centre = torch.eye(rows, dtype=torch.float64) - 1 / rows
        k, l = (centre @ x @ x.T @ centre for x in sides)
        return 1 - (k * l).sum() / (k.norm() * l.norm())

    return reference


def rkd(how, distance=1.0, angle=2.0):
    def reference(draw):
        losses = importlib.import_module("torchdistill.losses.mid_level")
        student, teacher = pooled(draw, how)
        loss = losses.RKDLoss("x", "x", dist_factor=distance, angle_factor=angle, reduction="mean")
        return loss({"x": {"output": student}}, {"x": {"output": teacher}})

    return reference


BREWER = dict(needs="textbrewer.losses")
SCORES = dict(feature="attentionScores", student=3, teacher=3)

CASES = [
    Case("hidden-mse", "TextBrewer hid_mse_loss", textbrewer("hid_mse_loss"), **BREWER),
    Case("hidden-cosine", "TextBrewer cos_loss", textbrewer("cos_loss"), **BREWER),
    Case("hidden-ce", "torch cross_entropy", hidden_ce),
    Case("hidden-l2", "torch pairwise_distance", hidden_l2),
    Case("pkd", "TextBrewer pkd_loss", textbrewer("pkd_loss"), **BREWER),
    Case("attention-mse", "TextBrewer att_mse_loss", textbrewer("att_mse_loss"), **SCORES, **BREWER),
    Case("attention-mse", "TextBrewer att_mse_loss", textbrewer("att_mse_loss"), dict(feature="attentions"),
         "attentions", 3, 3, **BREWER),
    Case("attention-mse", "TextBrewer att_mse_sum_loss", textbrewer("att_mse_sum_loss"), dict(heads="sum"),
         "attentionScores", 2, 3, **BREWER),
    Case("attention-ce", "TextBrewer att_ce_loss", textbrewer("att_ce_loss", prepare=without_padding_keys),
         **SCORES, **BREWER),
    Case("attention-ce", "TextBrewer att_ce_mean_loss", textbrewer("att_ce_mean_loss", prepare=without_padding_keys),
         dict(heads="mean"), "attentionScores", 2, 3, **BREWER),
    Case("attention-relation", "torch kl_div", attention_transfer, **SCORES),
    Case("minilm-relation", "torch kl_div", relation(1)),
    Case("minilm-relation", "torch kl_div", relation(3), dict(of="queries", relationHeads=3), student=12, teacher=18),
    Case("gram", "TextBrewer fsp_loss", fsp, steps=True, **BREWER),
    Case("nst", "TextBrewer mmd_loss, text by text", mmd, student=12, teacher=18, **BREWER),
    Case("cka", "torch, centred kernels", cka("mean"), student=12, teacher=18),
    Case("cka", "torch, centred kernels", cka("cls"), dict(pool="cls"), student=12, teacher=18),
    Case("cka", "torch, centred kernels", cka("tokens"), dict(pool="tokens"), student=12, teacher=18),
    Case("rkd", "torchdistill RKDLoss", rkd("cls"), student=12, teacher=18, needs="torchdistill.losses.mid_level"),
    Case("rkd", "torchdistill RKDLoss", rkd("mean", 25.0, 50.0), dict(pool="mean", distance=25, angle=50),
         student=12, teacher=18, needs="torchdistill.losses.mid_level"),
    Case("soft-cross-entropy", "TextBrewer kd_ce_loss · τ²", textbrewer_prediction("kd_ce_loss", 16, temperature=4),
         dict(temperature=4, tauSquared=True), "logits", CLASSES, CLASSES, **BREWER),
    Case("logit-mse", "TextBrewer kd_mse_loss", textbrewer_prediction("kd_mse_loss", temperature=2),
         dict(temperature=2), "logits", CLASSES, CLASSES, **BREWER),
    Case("hard-label", "torch cross_entropy", lambda draw: F.cross_entropy(draw["student"], draw["labels"].long()),
         {}, "logits", CLASSES, CLASSES),
]  # fmt: skip


def draw(case: Case, seed: int) -> dict:
    """Random operands, float32; where padding is involved they are large, so that a mask that leaks shows."""
    rng = torch.Generator().manual_seed(seed)
    if case.feature == "logits":
        labels = torch.randint(CLASSES, (TEXTS,), generator=rng, dtype=torch.int32)
        logits = {side: torch.randn(TEXTS, CLASSES, generator=rng) for side in ("student", "teacher")}
        return {**logits, "labels": labels}
    lengths = torch.randint(1, TOKENS + 1, (TEXTS,), generator=rng)
    lengths[seed % TEXTS] = TOKENS
    mask = (torch.arange(TOKENS) < lengths[:, None]).float()

    def operand(size):
        if case.feature == "hidden":
            counts, shape = mask[:, :, None], (TEXTS, TOKENS, size)
        else:
            counts = mask[:, None, :, None] * mask[:, None, None, :]
            shape = (TEXTS, size, TOKENS, TOKENS)
        values = torch.randn(shape, generator=rng)
        if case.feature == "attentions":
            values = without_padding_keys(values, mask).softmax(-1)
        return torch.where(counts == 1, values, 50 * torch.randn(shape, generator=rng))

    sides = [("student", case.student), ("teacher", case.teacher)]
    if case.steps:
        sides += [("previous student", case.student), ("previous teacher", case.teacher)]
    return {**{name: operand(size) for name, size in sides}, "mask": mask}


def answer(case: Case, tensors: dict) -> tuple:
    """The loss and its gradient with respect to the student, computed in float64."""
    exact = {name: tensor.double() for name, tensor in tensors.items()}
    student = exact["student"].requires_grad_()
    loss = case.reference(exact)
    loss.backward()
    return loss.item(), student.grad.float()


def is_installed(module: str) -> bool:
    try:
        importlib.import_module(module)
        return True
    except ImportError:
        return False


def main():
    folder, cases, missing = Path(sys.argv[1]), [], set()
    for case in CASES:
        if not is_installed(case.needs):
            missing.add(case.needs)
            continue
        losses = []
        for seed in range(DRAWS):
            tensors = draw(case, seed)
            loss, gradient = answer(case, tensors)
            save_file({**tensors, "gradient": gradient}, folder / f"{len(cases)}-{seed}.safetensors")
            losses.append(loss)
        kind = "objective" if case.feature == "logits" else "intermediate"
        cases.append(dict(name=case.name, kind=kind, component=case.component, settings=case.settings,
                          against=case.against, losses=losses))  # fmt: skip
    print(json.dumps(dict(cases=cases, missing=sorted(missing))))


main()
