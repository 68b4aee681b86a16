"""Runs the same training steps in eager PyTorch: one JSON line in, one out."""

import json
import os
import resource
import sys
import time

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from torch.nn import functional as F
from transformers import BertConfig, BertForSequenceClassification

options = json.loads(sys.argv[1])
torch.set_num_threads(options["threads"])
torch.manual_seed(0)

B, T, L = options["batch"], options["length"], options["layers"]
config = BertConfig(
    vocab_size=options["vocabulary"],
    hidden_size=options["hiddenSize"],
    num_hidden_layers=L,
    num_attention_heads=options["heads"],
    intermediate_size=options["intermediateSize"],
    hidden_dropout_prob=options["dropout"],
    attention_probs_dropout_prob=options["dropout"],
    num_labels=2,
)
model = BertForSequenceClassification(config).train()
width = options["teacherWidth"]
projections = torch.nn.ModuleList(torch.nn.Linear(config.hidden_size, width) for _ in range(L))
optimizer = torch.optim.AdamW(
    [*model.parameters(), *projections.parameters()], lr=5e-5, weight_decay=0.01
)

ids = torch.randint(0, config.vocab_size, (B, T))
lengths = torch.ceil(T * (0.6 + 0.4 * torch.rand(B))).long()
mask = (torch.arange(T)[None] < lengths[:, None]).long()
types = torch.zeros(B, T, dtype=torch.long)
labels = torch.randint(0, 2, (B,))
teacher_logits = torch.rand(B, 2) * 2 - 1
teacher_hidden = [torch.rand(B, T, width) * 2 - 1 for _ in range(L)]


def step():
    output = model(
        input_ids=ids, attention_mask=mask, token_type_ids=types, output_hidden_states=True
    )
    soft = -(torch.softmax(teacher_logits, -1) * torch.log_softmax(output.logits, -1)).sum(-1).mean()
    loss = soft + F.cross_entropy(output.logits, labels)
    for projection, student, teacher in zip(projections, output.hidden_states[1:], teacher_hidden):
        loss = loss + F.mse_loss(projection(student), teacher)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


print(json.dumps({"ready": True, "versions": {"torch": torch.__version__}}), flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    loss = step()
    milliseconds = (time.perf_counter() - start) * 1e3
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"milliseconds": milliseconds, "loss": loss, "peakBytes": peak}), flush=True)
