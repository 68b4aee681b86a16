"""Logits of small bi-LSTM and convolutional classifiers by PyTorch, for packages/students/src/*.spec.ts.

Parameter number k (from 0, in the order of the model) holds 0.4 sin(i + 1 + k) at element i.
Prints one line of logits for each model, and for each mask of mixup one of the mixed rows 0.3 E + 0.7 E[1, 0].
"""
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
V, E, H, I, C, F = 7, 3, 2, 4, 3, 2
IDS = torch.tensor([[2, 5, 1, 6, 3], [4, 4, 6, 0, 0]])
LENGTHS = [5, 3]
LAMBDA, PERMUTATION = 0.3, [1, 0]


def fill(parameters):
    with torch.no_grad():
        for k, p in enumerate(parameters):
            p.copy_((0.4 * torch.sin(torch.arange(p.numel()) + 1.0 + k)).reshape(p.shape))


def read(words, mask):
    """Word vectors [B, T, E] and lengths; of the mixed rows where there is a mask."""
    x = words(IDS)
    if mask is None:
        return x, LENGTHS
    mixed = LAMBDA * x + (1 - LAMBDA) * x[PERMUTATION]
    return mixed, [max(LENGTHS)] * 2 if mask == "union" else LENGTHS


def lstm(pooling, mask=None):
    words, cell = nn.Embedding(V, E), nn.LSTM(E, H, bidirectional=True, batch_first=True)
    inner, classifier = nn.Linear(2 * H, I), nn.Linear(I, C)
    order = [words.weight, *(p for _, p in cell.named_parameters()), *inner.parameters(), *classifier.parameters()]
    fill(order)
    x, lengths = read(words, mask)
    packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True)
    out, (last, _) = cell(packed)
    if pooling == "last":
        text = torch.cat([last[0], last[1]], 1)
    else:
        states, _ = nn.utils.rnn.pad_packed_sequence(out, batch_first=True, padding_value=-1e4)
        text = states.max(1).values
    return classifier(torch.relu(inner(text)))


def cnn(widths, mask=None):
    words = nn.Embedding(V, E)
    convolutions = [nn.Conv1d(E, F, w) for w in widths]
    classifier = nn.Linear(F * len(widths), C)
    flat = [torch.empty(F, w * E) for w in widths]
    biases = [c.bias for c in convolutions]
    order = [words.weight]
    for weight, bias in zip(flat, biases):
        order += [weight, bias]
    fill([*order, *classifier.parameters()])
    for c, weight, w in zip(convolutions, flat, widths):
        with torch.no_grad():
            c.weight.copy_(weight.reshape(F, w, E).transpose(1, 2))
    rows = []
    for vectors, length in zip(*read(words, mask)):
        x = vectors[:length].T[None]  # [1, E, n]
        pooled = [torch.relu(c(nn.functional.pad(x, (0, w - 1)))).max(2).values for c, w in zip(convolutions, widths)]
        rows.append(classifier(torch.cat(pooled, 1)))
    return torch.cat(rows)


for name, model, setting in [("bilstm last", lstm, "last"), ("bilstm max", lstm, "max"), ("textcnn 2,3", cnn, [2, 3])]:
    for mask in [None, "union", "first"]:
        logits = model(setting, mask).flatten().tolist()
        print(name, mask or "", [round(x, 7) for x in logits])
