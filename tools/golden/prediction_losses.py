"""Losses on predictions in PyTorch, for prediction_parity.py: its own, or the formula of the paper written down in probabilities.

Logits are [N, C]; each loss is a mean over the rows.
"""

import torch
import torch.nn.functional as F


def kl(log_p, log_q):
    """KL(p || q), one number a row."""
    return F.kl_div(log_q, log_p, reduction="none", log_target=True).sum(-1)


def both(student, teacher, temperature=1.0):
    return F.log_softmax(student / temperature, -1), F.log_softmax(teacher / temperature, -1)


def soft(student, teacher, temperature=1.0):
    """Cross-entropy with probabilities as the target."""
    return F.cross_entropy(student / temperature, F.softmax(teacher / temperature, -1))


def forward_kl(student, teacher, temperature=1.0):
    ours, theirs = both(student, teacher, temperature)
    return kl(theirs, ours).mean()


def reverse_kl(student, teacher, temperature=1.0):
    ours, theirs = both(student, teacher, temperature)
    return kl(ours, theirs).mean()


def jensen_shannon(student, teacher, beta):
    p, q = F.softmax(teacher, -1), F.softmax(student, -1)
    mean = beta * p + (1 - beta) * q
    return (beta * kl(p.log(), mean.log()) + (1 - beta) * kl(q.log(), mean.log())).mean()


def total_variation(student, teacher):
    return 0.5 * (F.softmax(student, -1) - F.softmax(teacher, -1)).abs().sum(-1).mean()


def dkd(student, teacher, ids, alpha, beta, temperature):
    """Zhao et al. 2022, in probabilities."""
    p_s, p_t = F.softmax(student / temperature, -1), F.softmax(teacher / temperature, -1)
    at_label = F.one_hot(ids, student.shape[1]).bool()

    def of_label(p):
        share = p[at_label]
        return torch.stack([share, 1 - share], -1)

    def of_others(p):
        others = p[~at_label].reshape(len(p), -1)
        return others / others.sum(-1, keepdim=True)

    label = kl(of_label(p_t).log(), of_label(p_s).log())
    others = kl(of_others(p_t).log(), of_others(p_s).log())
    return temperature**2 * (alpha * label + beta * others).mean()


def sigmoid_kd(student, teacher, temperature):
    return F.binary_cross_entropy_with_logits(student / temperature, torch.sigmoid(teacher / temperature))


def cosine(student, teacher):
    return F.cosine_embedding_loss(student, teacher, torch.ones(len(student), dtype=student.dtype))


def logistic_ranking(student, teacher):
    """Row by row, over the pairs that the teacher tells apart."""
    costs = []
    for ours, theirs in zip(student, teacher):
        pairs = [(i, j) for i in range(len(ours)) for j in range(len(ours)) if theirs[i] > theirs[j]]
        first, second = (torch.tensor(side) for side in zip(*pairs))
        costs.append(-F.logsigmoid(ours[first] - ours[second]).mean())
    return torch.stack(costs).mean()
