"""Random translation models of three families, in ONNX, and what transformers makes of texts with them by greedy decoding.

    python tools/golden/translation_models.py FOLDER TEXTS.json

Writes FOLDER/marian, FOLDER/m2m and FOLDER/t5 as transformers.js reads them, and prints by name of the model the translation of
every text, decoded alone, as JSON. Each word of the vocabulary is one token, so that equal texts are equal tokens.
"""
import json
import sys
from pathlib import Path

import torch
import transformers
from optimum.exporters.onnx import onnx_export_from_model
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

transformers.logging.set_verbosity_error()
torch.set_num_threads(1)  # such small models only wait for each other's threads
FOLDER, TEXTS = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
SPECIAL = ["<pad>", "</s>", "<unk>", "__en__", "__es__"]
WORDS = [f"w{i}" for i in range(59)]
VOCABULARY = {token: i for i, token in enumerate([*SPECIAL, *("▁" + word for word in WORDS)])}
PAD, END, SPANISH = 0, 1, 4
COMMON = dict(vocab_size=len(VOCABULARY), pad_token_id=PAD, eos_token_id=END, decoder_start_token_id=PAD)
BART = dict(
    d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4, decoder_attention_heads=4,
    encoder_ffn_dim=48, decoder_ffn_dim=48, max_position_embeddings=64, init_std=0.6, scale_embedding=False,
)
MODELS = {
    "marian": (transformers.MarianMTModel, transformers.MarianConfig(**COMMON, **BART), "MarianTokenizer"),
    "m2m": (transformers.M2M100ForConditionalGeneration, transformers.M2M100Config(**COMMON, **BART), "M2M100Tokenizer"),
    "t5": (
        transformers.T5ForConditionalGeneration,
        transformers.T5Config(**COMMON, d_model=32, d_kv=8, d_ff=48, num_layers=2, num_heads=4, initializer_factor=6.0),
        "T5Tokenizer",
    ),
}
MAX_NEW_TOKENS = 20


def tokenizer(name, kind, folder):
    """A token for each word. M2M100 puts the source language before a text, all put an end behind it."""
    made = Tokenizer(models.Unigram([(token, -1.0) for token in VOCABULARY], unk_id=VOCABULARY["<unk>"]))
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    single = "__en__ $A </s>" if name == "m2m" else "$A </s>"
    made.post_processor = processors.TemplateProcessing(
        single=single, special_tokens=[(token, VOCABULARY[token]) for token in ("__en__", "</s>")]
    )
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<pad>", eos_token="</s>", unk_token="<unk>",
        additional_special_tokens=["__en__", "__es__"], model_max_length=64,
        model_input_names=["input_ids", "attention_mask"],
    )
    fast.save_pretrained(folder)
    path = folder / "tokenizer_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "tokenizer_class": kind}))
    return fast


TRANSLATIONS = {}
for seed, (name, (architecture, config, kind)) in enumerate(MODELS.items()):
    torch.manual_seed(seed)
    folder = FOLDER / name
    model = architecture(config).eval()
    with torch.no_grad():
        for path, parameter in model.named_parameters():
            if "encoder_attn." in path or "EncDecAttention." in path:
                parameter *= 4  # else a random decoder says the same whatever the text
    settings = dict(max_new_tokens=MAX_NEW_TOKENS, num_beams=1, do_sample=False)
    if name == "m2m":
        settings["forced_bos_token_id"] = SPANISH
    words = tokenizer(name, kind, folder)
    said = []
    for text in TEXTS:
        with torch.no_grad():
            ids = model.generate(**words(text, return_tensors="pt"), **settings)
        said.append(words.decode(ids[0], skip_special_tokens=True))
    TRANSLATIONS[name] = said
    # Last, because it changes the model's configuration.
    onnx_export_from_model(model, folder, task="text2text-generation-with-past", do_validation=False)
print(json.dumps(TRANSLATIONS))
