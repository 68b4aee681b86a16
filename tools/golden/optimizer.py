"""Writes optimizer.json: ten steps of torch.optim.AdamW and torch.optim.SGD.

    pip install torch==2.15.0 && python tools/golden/optimizer.py
"""

import json
from pathlib import Path

import torch

SHAPES = {"dense.weight": [2, 3], "dense.bias": [3], "LayerNorm.weight": [3], "head.weight": [5]}
STEPS = 10


def settings(name, rate, decay):
    """Head: ten times the rate and its own decay; biases and layer norms: no decay."""
    if name == "head.weight":
        return {"lr": 10 * rate, "weight_decay": 0.3}
    return {"lr": rate, "weight_decay": decay if name == "dense.weight" else 0.0}


def run(create, decay, max_norm, seed):
    generator = torch.Generator().manual_seed(seed)
    draw = lambda shape: torch.randn(shape, generator=generator)
    weights = {name: torch.nn.Parameter(draw(shape)) for name, shape in SHAPES.items()}
    flat = lambda tensors: {name: tensor.flatten().tolist() for name, tensor in tensors.items()}
    initial = flat({name: weight.detach() for name, weight in weights.items()})
    optimizer = create([{"params": [weight], "name": name} for name, weight in weights.items()])
    steps = []
    for step in range(STEPS):
        rate = 0.01 * (STEPS - step) / STEPS
        gradients = {name: draw(shape) * 0.5 for name, shape in SHAPES.items()}
        for group in optimizer.param_groups:
            group.update(settings(group["name"], rate, decay))
        for name, weight in weights.items():
            weight.grad = gradients[name].clone()
        norm = torch.nn.utils.clip_grad_norm_(weights.values(), max_norm).item()
        optimizer.step()
        steps.append({"learningRate": rate, "gradients": flat(gradients), "norm": norm})
    final = flat({name: weight.detach() for name, weight in weights.items()})
    return {"decay": decay, "maxNorm": max_norm, "initial": initial, "steps": steps, "final": final}


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f"{value:.9g}") if isinstance(value, float) else value


cases = {
    "adamw": run(lambda groups: torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-6), 0.1, 1.5, 1),
    "nesterov": run(lambda groups: torch.optim.SGD(groups, momentum=0.9, nesterov=True), 0.1, 1.5, 2),
    "momentum": run(lambda groups: torch.optim.SGD(groups, momentum=0.8), 0.0, 1e9, 3),
    "plain": run(lambda groups: torch.optim.SGD(groups), 0.1, 1e9, 4),
}
document = {"torch": torch.__version__, "shapes": SHAPES, "cases": cases}
Path(__file__).with_suffix(".json").write_text(json.dumps(rounded(document), separators=(",", ":")) + "\n")
