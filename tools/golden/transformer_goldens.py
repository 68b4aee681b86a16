"""Writes packages/transformer/goldens: what transformers computes for five tiny models, how PyTorch trains one of them, and what
the masked language models of three families predict.

    python tools/golden/transformer_goldens.py && npx prettier --write packages/transformer/goldens

The weights are not stored: value i of a parameter is a formula of its name (see `formula`), which the spec repeats.
"""

import json
from pathlib import Path

import torch
import transformers

TARGET = Path(__file__).parents[2] / "packages/transformer/goldens"

SIZES = dict(vocab_size=13, hidden_act="gelu", num_labels=3, max_position_embeddings=9)
BERT = dict(
    **SIZES, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12, type_vocab_size=2
)
CONFIGS = {
    "bert": transformers.BertConfig(**BERT),
    "roberta": transformers.RobertaConfig(**{**BERT, "type_vocab_size": 1, "hidden_act": "gelu_new"}),
    "distilbert": transformers.DistilBertConfig(
        vocab_size=13, max_position_embeddings=9, dim=8, n_layers=2, n_heads=2, hidden_dim=12, num_labels=3,
        activation="relu",
    ),
    "electra": transformers.ElectraConfig(**BERT, embedding_size=6),
    "albert": transformers.AlbertConfig(**BERT, embedding_size=6, hidden_dropout_prob=0.1, attention_probs_dropout_prob=0.1),
}

# The second row is padded; its padding id is set for each family. The first row ends with a second segment.
IDS = [[2, 5, 7, 11, 3], [2, 9, 3, None, None]]
TYPES = [[0, 0, 0, 1, 1], [0, 0, 0, 0, 0]]
MASK = [[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]]


def formula(name: str, shape: torch.Size) -> torch.Tensor:
    """0.4 sin((i + 1)² (1 + code sum of the name mod 97) / 7), plus 1 for the scale of a layer norm."""
    frequency = (1 + sum(name.encode()) % 97) / 7
    index = torch.arange(1, shape.numel() + 1, dtype=torch.float64)
    values = 0.4 * torch.sin(index * index * frequency)
    if "norm" in name.lower() and name.endswith(".weight"):
        values = values + 1
    return values.to(torch.float32).reshape(shape)


def rounded(tensor: torch.Tensor) -> list:
    return [float(f"{value:.6g}") for value in tensor.flatten().tolist()]


def build(config, kind=transformers.AutoModelForSequenceClassification):
    model = kind.from_config(config, attn_implementation="eager").eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(formula(name, parameter.shape))
    ids = torch.tensor([[config.pad_token_id if i is None else i for i in row] for row in IDS])
    inputs = dict(input_ids=ids, attention_mask=torch.tensor(MASK))
    if config.model_type in ("bert", "electra", "albert"):
        inputs["token_type_ids"] = torch.tensor(TYPES)
    return model, inputs


def forward(config) -> dict:
    model, inputs = build(config)
    with torch.no_grad():
        output = model(**inputs, output_hidden_states=True, output_attentions=True)
    return {
        "config": json.loads(config.to_json_string(use_diff=False)),
        "parameters": {name: list(parameter.shape) for name, parameter in model.named_parameters()},
        "inputs": {"ids": inputs["input_ids"].tolist(), "mask": MASK, "types": TYPES},
        "logits": rounded(output.logits),
        "hidden": [rounded(hidden) for hidden in output.hidden_states],
        "attentions": [rounded(attention) for attention in output.attentions],
    }


# Mixup of the two rows above, each with the other: word vectors 0.3 E + 0.7 E[1, 0].
LAMBDA = 0.3
PERMUTATION = [1, 0]


def mixup(config, union: bool) -> dict:
    """The mixed half alone, by inputs_embeds: positions, segments and norm are added by the model as usual."""
    model, inputs = build(config)
    words = model.get_input_embeddings()(inputs.pop("input_ids"))
    mixed = LAMBDA * words + (1 - LAMBDA) * words[PERMUTATION]
    mask = inputs.pop("attention_mask")
    mask = torch.maximum(mask, mask[PERMUTATION]) if union else mask
    with torch.no_grad():
        output = model(inputs_embeds=mixed, attention_mask=mask, **inputs, output_hidden_states=True)
    return {"logits": rounded(output.logits), "hidden": rounded(output.hidden_states[-1])}


def mixups(config) -> dict:
    return {"union": mixup(config, True), "first": mixup(config, False)}


def head(config, kind, **changes) -> dict:
    """A head on every token: names and logits [B, T, C], of spans start and end."""
    known = {name: value for name, value in config.to_dict().items() if name not in ("id2label", "label2id")}
    config = type(config)(**{**known, **({"num_labels": 3} | changes)})
    model, inputs = build(config, kind)
    with torch.no_grad():
        output = model(**inputs)
    logits = output.logits if "logits" in output else torch.stack((output.start_logits, output.end_logits), -1)
    return {
        "config": {**json.loads(config.to_json_string(use_diff=False)), "architectures": [type(model).__name__]},
        "parameters": {name: list(parameter.shape) for name, parameter in model.named_parameters()},
        "inputs": {"ids": inputs["input_ids"].tolist(), "mask": MASK, "types": TYPES},
        "logits": rounded(logits),
    }


def trajectory(config, steps: int = 25) -> dict:
    """AdamW on the one batch above, labels 0 and 2, without dropout."""
    model, inputs = build(config)
    names = dict(model.named_parameters())
    plain = [name for name in names if name.endswith("bias") or "LayerNorm" in name]
    groups = [
        {"params": [names[name] for name in names if name not in plain], "weight_decay": 0.1},
        {"params": [names[name] for name in plain], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=2e-3)
    losses, norms = [], []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = model(**inputs, labels=torch.tensor([0, 2])).loss
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)))
        optimizer.step()
        losses.append(loss.item())
    return {"learningRate": 2e-3, "weightDecay": 0.1, "maxGradientNorm": 1.0, "labels": [0, 2],
            "losses": rounded(torch.tensor(losses)), "norms": rounded(torch.tensor(norms))}


def masked_lm(config) -> dict:
    """Logits at positions 1 and 3 of the first row, 2 and 0 of the second."""
    model, inputs = build(config, transformers.AutoModelForMaskedLM)
    positions = [[1, 3], [2, 0]]
    with torch.no_grad():
        logits = model(**inputs).logits
    return {
        "config": {**json.loads(config.to_json_string(use_diff=False)), "architectures": [type(model).__name__]},
        "parameters": {name: list(parameter.shape) for name, parameter in model.named_parameters()},
        "inputs": {"ids": inputs["input_ids"].tolist(), "mask": MASK, "types": TYPES},
        "positions": positions,
        "logits": rounded(torch.stack([logits[row][chosen] for row, chosen in enumerate(positions)])),
    }


def write(name: str, golden: dict) -> None:
    made_with = {"torch": torch.__version__.split("+")[0], "transformers": transformers.__version__}
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / name).write_text(json.dumps({"madeWith": made_with, **golden}) + "\n")


write("forward.json", {family: forward(config) for family, config in CONFIGS.items()})
write("masked-lm.json", {family: masked_lm(CONFIGS[family]) for family in ("bert", "roberta", "distilbert")})
# RoBERTa is left out: told word vectors instead of ids, transformers counts positions without looking at the padding.
MIXED = {family: CONFIGS[family] for family in ("bert", "distilbert", "electra")}
write("mixup.json", {"lambda": LAMBDA, "permutation": PERMUTATION,
                     "families": {family: mixups(config) for family, config in MIXED.items()}})
write("heads.json", {
    family: {
        "token-classification": head(config, transformers.AutoModelForTokenClassification),
        "span": head(config, transformers.AutoModelForQuestionAnswering, num_labels=2),
    }
    for family, config in CONFIGS.items()
})
write("trajectory.json", trajectory(CONFIGS["bert"]))
