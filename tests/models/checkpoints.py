"""Tiny real checkpoints, saved in the layouts that the original authors ship: the tests' models.

Weights are random (seeded) but large, so that distributions are sharp and no two tokens nearly tie. Vocabularies are
SentencePiece models trained on the sentences below, which were written for this project.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

AR = """وصل وزير الخارجية إلى القاهرة صباح اليوم لبحث التعاون بين البلدين.
قال رئيس الوزراء إن الحكومة ستزيد الإنفاق على التعليم والصحة هذا العام.
ارتفعت أسعار النفط بنسبة خمسة في المئة بعد قرار المنظمة.
أعلنت الشركة عن أرباح كبيرة في الربع الثالث من السنة.
افتتح المتحف الجديد أبوابه أمام الزوار يوم السبت.
شارك آلاف الطلاب في المسابقة التي أقيمت في العاصمة.
تراجعت حركة السفر بسبب العاصفة التي ضربت الساحل.
فاز الفريق بالمباراة بهدفين مقابل هدف واحد.
يعمل المهندسون على إصلاح الجسر القديم فوق النهر.
أكدت الوزارة أن المدارس ستفتح يوم الأحد القادم.
وقّع الجانبان اتفاقا لتطوير الموانئ والطرق.
زار الطبيب القرية الصغيرة وعالج المرضى مجانا.
كتب الصحفي مقالا طويلا عن تاريخ المدينة.
بدأت المحكمة النظر في القضية أمس الاثنين.
نقلت الطائرة المساعدات إلى المناطق المتضررة من الزلزال.
تسعى الجامعة إلى استقبال طلاب من جميع أنحاء العالم.""".splitlines()
EN = """The foreign minister arrived in Cairo this morning to discuss cooperation between the two countries.
The prime minister said the government will spend more on education and health this year.
Oil prices rose by five percent after the decision of the organisation.
The company announced large profits in the third quarter of the year.
The new museum opened its doors to visitors on Saturday.
Thousands of students took part in the contest held in the capital.
Travel fell because of the storm that struck the coast.
The team won the match by two goals to one.
Engineers are working to repair the old bridge over the river.
The ministry confirmed that schools will open next Sunday.
The two sides signed an agreement to develop ports and roads.
The doctor visited the small village and treated the sick for free.
The journalist wrote a long article about the history of the city.
The court began to hear the case on Monday.
The plane carried aid to the areas struck by the earthquake.
The university hopes to receive students from all over the world.""".splitlines()

SIZES = {
    "d_model": 32,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
}
T5_SIZES = {"d_model": 32, "d_kv": 16, "d_ff": 64, "num_layers": 2, "num_decoder_layers": 2, "num_heads": 2}


@dataclass(frozen=True)
class Built:
    """A checkpoint folder and what a reader of the family's documentation knows of it.

    Attributes:
        folder: the folder.
        sentencepiece: the processor that its ids come from, None for byte-level BPE.
        ids: ids by name: languages, ``</s>`` and so on.
        files: vocabulary and merges of byte-level BPE.
    """

    folder: Path
    sentencepiece: Any = None
    ids: dict[str, int] = field(default_factory=dict)
    files: tuple[str, ...] = ()

    def fairseq(self, text: str) -> list[int]:
        """Ids of fairseq's checkpoints: SentencePiece's plus one, unknown pieces 3."""
        return [3 if i == 0 else i + 1 for i in self.sentencepiece.encode(text)]

    def plain(self, text: str) -> list[int]:
        """SentencePiece's own ids."""
        return list(self.sentencepiece.encode(text))


def train(path: Path, kind: str, size: int, lines: Iterable[str] = (*AR, *EN), **options: Any) -> Any:
    """Train a SentencePiece model into ``path``."""
    import sentencepiece

    made = path.with_suffix(".tmp.model")
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_prefix=str(made.with_suffix("")),
        model_type=kind,
        vocab_size=size,
        character_coverage=1.0,
        hard_vocab_limit=False,
        minloglevel=2,
        **options,
    )
    made.replace(path)
    made.with_suffix(".vocab").unlink()
    return sentencepiece.SentencePieceProcessor(model_file=str(path))


def save(
    folder: Path,
    model: Any,
    *,
    tokenizer: dict[str, Any],
    generation: dict[str, Any] | None = None,
    end: float = 3,
    seed: int = 7,
) -> None:
    """Give a model random weights and save it as hub checkpoints are: safetensors and JSON files.

    Layers weigh more than embeddings, so that a target is not one token repeated; the end token's embedding is the
    longest (by the factor ``end``), so that targets end at various lengths.
    """
    import torch
    from transformers.utils import logging

    generator = torch.Generator().manual_seed(seed)
    model.generation_config.update(**(generation or {}))
    with torch.no_grad():
        for name, weight in sorted(model.named_parameters()):
            if weight.dim() < 2 or "embed_positions" in name:
                continue
            table = weight.shape[0] > 100
            weight.copy_(torch.randn(weight.shape, generator=generator) * (0.15 if table else 0.5))
            if table:
                weight[model.generation_config.eos_token_id] *= end
    model.tie_weights()
    logging.disable_progress_bar()
    model.save_pretrained(folder)
    write(folder / "tokenizer_config.json", tokenizer)


def write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")


def marian(folder: Path, *, tags: tuple[str, ...] = (), separate: bool = False, **config: Any) -> Built:
    """opus-mt's layout: source.spm, target.spm, vocab.json; with ``tags`` as the multilingual ones have them."""
    from transformers import MarianConfig, MarianMTModel

    folder.mkdir(parents=True)
    source = train(folder / "source.spm", "unigram", 300, AR)
    target = train(folder / "target.spm", "unigram", 300, EN)

    def vocabulary(*models: Any, tags: tuple[str, ...] = (), size: int = 0) -> dict[str, int]:
        pieces = ["</s>", "<unk>", *tags]
        for model in models:
            pieces += [model.id_to_piece(i) for i in range(3, model.get_piece_size())]
        pieces = list(dict.fromkeys(pieces))
        unused = [f"<unused{i}>" for i in range(size - len(pieces) - 1)]
        return {token: i for i, token in enumerate([*pieces, *unused, "<pad>"])}

    if separate:
        # <pad> has one id in both.
        ids, targets = vocabulary(source, tags=tags, size=320), vocabulary(target, size=320)
        write(folder / "target_vocab.json", targets)
        shared = {"share_encoder_decoder_embeddings": False, "decoder_vocab_size": len(targets)}
    else:
        ids = targets = vocabulary(source, target, tags=tags)
        shared = {}
    write(folder / "vocab.json", ids)
    pad = targets["<pad>"]
    options = {
        "vocab_size": len(ids),
        "max_position_embeddings": 64,
        "pad_token_id": pad,
        "decoder_start_token_id": pad,
    }
    options |= {
        "eos_token_id": 0,
        "forced_eos_token_id": 0,
        "static_position_embeddings": True,
        "scale_embedding": True,
    }
    model = MarianMTModel(MarianConfig(**SIZES, **(options | shared | config)))
    model.generation_config.bad_words_ids = [[pad]]
    tokenizer = {
        "source_lang": "ar",
        "target_lang": "en",
        "model_max_length": 512,
        "tokenizer_class": "MarianTokenizer",
    }
    save(folder, model, tokenizer=tokenizer | ({"separate_vocabs": True} if separate else {}))
    return Built(folder, source, ids)


def copy(built: Built, folder: Path, *, without: tuple[str, ...] = ()) -> Built:
    """The checkpoint in another folder, less some of its files."""
    shutil.copytree(built.folder, folder, ignore=shutil.ignore_patterns(*without))
    return replace(built, folder=folder)


def convert(kind: str, path: Path, ids: dict[str, int], special: Iterable[str], **options: Any) -> Any:
    """``tokenizer.json`` of a SentencePiece model, made with the converter that made the authors' own."""
    from types import SimpleNamespace

    from tokenizers import AddedToken
    from transformers.convert_slow_tokenizer import SLOW_TO_FAST_CONVERTERS

    slow = SimpleNamespace(vocab_file=str(path), convert_tokens_to_ids=ids.get, **options)
    tokenizer = SLOW_TO_FAST_CONVERTERS[kind](slow).converted()
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in special])
    for token, i in ids.items():
        assert tokenizer.token_to_id(token) == i, (kind, token, i, tokenizer.token_to_id(token))
    # As saved by a fine-tuning script: it would cut every text at 16 tokens without a word.
    tokenizer.enable_truncation(16)
    return tokenizer


FAIRSEQ = ("<s>", "<pad>", "</s>", "<unk>")


def bpe(model: Any, special: Iterable[str]) -> Any:
    """``tokenizer.json`` of a SentencePiece model of kind BPE, with fairseq's ids, as NLLB's authors ship it.

    The converter of transformers 5 fails on these.
    """
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

    pieces = {model.id_to_piece(i): i for i in range(3, model.get_piece_size())}
    pairs = [
        (rank, left, right)
        for piece, rank in pieces.items()
        for cut in range(1, len(piece))
        if (left := piece[:cut]) in pieces and (right := piece[cut:]) in pieces
    ]
    merges = [(left, right) for _, left, right in sorted(pairs, key=lambda pair: pair[0])]
    vocabulary = {token: i for i, token in enumerate([*FAIRSEQ, *pieces])}
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True))
    # SentencePiece's own NFKC table is no part of its Python interface; the tests' texts need none of it.
    stripped = normalizers.Strip(left=False, right=True)
    tokenizer.normalizer = normalizers.Sequence([stripped, normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in special])
    return tokenizer


def m2m100(folder: Path, **config: Any) -> Built:
    """facebook/m2m100_418M's layout: sentencepiece.bpe.model and vocab.json, languages behind it."""
    from transformers import M2M100Config, M2M100ForConditionalGeneration
    from transformers.models.m2m_100.tokenization_m2m_100 import FAIRSEQ_LANGUAGE_CODES

    folder.mkdir(parents=True)
    model = train(folder / "sentencepiece.bpe.model", "bpe", 400)
    vocabulary = [*FAIRSEQ, *(model.id_to_piece(i) for i in range(3, model.get_piece_size()))]
    write(folder / "vocab.json", {token: i for i, token in enumerate(vocabulary)})
    languages = {f"__{code}__": len(vocabulary) + i for i, code in enumerate(FAIRSEQ_LANGUAGE_CODES["m2m100"])}
    options = {
        "vocab_size": len(vocabulary) + len(languages) + 8,
        "max_position_embeddings": 64,
        "scale_embedding": True,
    }
    network = M2M100ForConditionalGeneration(M2M100Config(**SIZES, **(options | config)))
    save(folder, network, tokenizer={"src_lang": None, "tgt_lang": None, "tokenizer_class": "M2M100Tokenizer"})
    write(folder / "special_tokens_map.json", {"additional_special_tokens": list(languages)})
    return Built(folder, model, {"ar": languages["__ar__"], "en": languages["__en__"], "</s>": 2})


def nllb(folder: Path, **config: Any) -> Built:
    """facebook/nllb-200-distilled-600M's layout: tokenizer.json and sentencepiece.bpe.model."""
    from transformers import M2M100Config, M2M100ForConditionalGeneration
    from transformers.models.nllb.tokenization_nllb import FAIRSEQ_LANGUAGE_CODES

    folder.mkdir(parents=True)
    model = train(folder / "sentencepiece.bpe.model", "bpe", 400)
    size = model.get_piece_size() + 1
    ids = {code: size + i for i, code in enumerate([*FAIRSEQ_LANGUAGE_CODES, "<mask>"])}
    ids |= {token: i for i, token in enumerate(FAIRSEQ)}
    special = [*FAIRSEQ, *FAIRSEQ_LANGUAGE_CODES, "<mask>"]
    bpe(model, special).save(str(folder / "tokenizer.json"))
    options = {"vocab_size": len(ids) + size - 4, "max_position_embeddings": 64, "scale_embedding": True}
    network = M2M100ForConditionalGeneration(M2M100Config(**SIZES, **(options | config)))
    tokenizer = {"src_lang": None, "tgt_lang": None, "tokenizer_class": "NllbTokenizer"}
    save(folder, network, tokenizer=tokenizer | {"additional_special_tokens": list(FAIRSEQ_LANGUAGE_CODES)})
    return Built(folder, model, ids)


def mbart(folder: Path, tokenizer: str = "MBart50Tokenizer", **config: Any) -> Built:
    """mbart-large-50's layout (or mBART-25's): sentencepiece.bpe.model and tokenizer.json."""
    from importlib import import_module

    from transformers import MBartConfig, MBartForConditionalGeneration

    module = tokenizer.removesuffix("Tokenizer").lower()
    module = f"{module}.tokenization_{module}"
    codes = import_module(f"transformers.models.{module}").FAIRSEQ_LANGUAGE_CODES
    folder.mkdir(parents=True)
    model = train(folder / "sentencepiece.bpe.model", "unigram", 400)
    size = model.get_piece_size() + 1
    ids = {code: size + i for i, code in enumerate([*codes, "<mask>"])} | {t: i for i, t in enumerate(FAIRSEQ)}
    special = [*FAIRSEQ, *codes, "<mask>"]
    convert(tokenizer, folder / "sentencepiece.bpe.model", ids, special).save(str(folder / "tokenizer.json"))
    options = {"vocab_size": size + len(codes) + 1, "max_position_embeddings": 64, "scale_embedding": True}
    options |= {"decoder_start_token_id": 2}
    network = MBartForConditionalGeneration(MBartConfig(**SIZES, **(options | config)))
    save(folder, network, tokenizer={"src_lang": None, "tgt_lang": None, "tokenizer_class": tokenizer})
    return Built(folder, model, ids)


def arabart(folder: Path, **config: Any) -> Built:
    """moussaKam/AraBART's layout: mBART's architecture, Barthez's tokenizer, no languages."""
    from transformers import MBartConfig, MBartForConditionalGeneration

    folder.mkdir(parents=True)
    options = {"bos_id": 0, "pad_id": 1, "eos_id": 2, "unk_id": 3, "user_defined_symbols": ["<mask>"]}
    model = train(folder / "sentencepiece.bpe.model", "unigram", 300, AR, **options)
    ids = {token: i for i, token in enumerate(FAIRSEQ)}
    fast = convert("BarthezTokenizer", folder / "sentencepiece.bpe.model", ids, [*FAIRSEQ, "<mask>"])
    fast.save(str(folder / "tokenizer.json"))
    size = {"vocab_size": model.get_piece_size(), "max_position_embeddings": 64, "decoder_start_token_id": 2}
    network = MBartForConditionalGeneration(MBartConfig(**SIZES, **(size | config)))
    save(folder, network, tokenizer={"tokenizer_class": "BarthezTokenizer", "model_max_length": 10**30}, end=2)
    return Built(folder, model, ids)


def bart(folder: Path, **config: Any) -> Built:
    """facebook/bart-large-cnn's layout: byte-level BPE in tokenizer.json, vocab.json and merges.txt."""
    from tokenizers import ByteLevelBPETokenizer
    from tokenizers.processors import RobertaProcessing
    from transformers import BartConfig, BartForConditionalGeneration

    folder.mkdir(parents=True)
    tokenizer = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator([*AR, *EN], vocab_size=500, special_tokens=special, show_progress=False)
    tokenizer.save_model(str(folder))
    tokenizer.post_processor = RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    tokenizer.save(str(folder / "tokenizer.json"))
    options = {"vocab_size": tokenizer.get_vocab_size(), "max_position_embeddings": 64}
    network = BartForConditionalGeneration(BartConfig(**SIZES, **(options | config)))
    settings = {"tokenizer_class": "BartTokenizer", "model_max_length": 1024}
    forced = {"forced_bos_token_id": 0, "forced_eos_token_id": 2}
    save(folder, network, tokenizer=settings, generation=forced, end=5, seed=4)
    files = (str(folder / "vocab.json"), str(folder / "merges.txt"))
    return Built(folder, None, {token: i for i, token in enumerate(special)}, files)


def t5(folder: Path, architecture: str = "mt5", *, tokenizer: dict[str, Any] | None = None, **config: Any) -> Built:
    """mT5's and T5's layout: spiece.model and tokenizer.json."""
    from transformers import MT5Config, MT5ForConditionalGeneration, T5Config, T5ForConditionalGeneration

    folder.mkdir(parents=True)
    model = train(folder / "spiece.model", "unigram", 400, pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
    ids = {"<pad>": 0, "</s>": 1, "<unk>": 2}
    extra = [f"<extra_id_{i}>" for i in range(99, -1, -1)]
    special = ["<pad>", "</s>", "<unk>", *extra]
    convert("T5Tokenizer", folder / "spiece.model", ids, special, _extra_ids=100).save(str(folder / "tokenizer.json"))
    options = T5_SIZES | {"vocab_size": model.get_piece_size() + 100, "decoder_start_token_id": 0} | config
    config_class, model_class = (
        (MT5Config, MT5ForConditionalGeneration) if architecture == "mt5" else (T5Config, T5ForConditionalGeneration)
    )
    network = model_class(config_class(**options))
    save(folder, network, tokenizer={"tokenizer_class": "T5Tokenizer", "extra_ids": 100} | (tokenizer or {}), end=1.5)
    if architecture == "mt5":
        untie(folder, "shared.weight")
    return Built(folder, model, ids)


def untie(folder: Path, table: str) -> None:
    """Give a T5 checkpoint the output layer of its own that mT5, T5 v1.1 and MADLAD-400 have.

    Args:
        table: the one name under which the embeddings are stored.
    """
    import torch
    from safetensors.torch import load_file, save_file

    path = folder / "model.safetensors"
    weights = load_file(path)
    weights[table] = weights.pop("shared.weight")
    noise = torch.randn(weights[table].shape, generator=torch.Generator().manual_seed(3))
    weights["lm_head.weight"] = noise * weights[table].norm(dim=1, keepdim=True) / noise.norm(dim=1, keepdim=True)
    save_file(weights, path, metadata={"format": "pt"})
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config.pop("scale_decoder_outputs", None)
    write(folder / "config.json", config | {"tie_word_embeddings": False})


def madlad(folder: Path, **config: Any) -> Built:
    """google/madlad400-3b-mt's layout: T5's, with language tags and bytes in the SentencePiece model, <unk> first."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import T5Config, T5ForConditionalGeneration

    folder.mkdir(parents=True)
    options = {"user_defined_symbols": ["<2ar>", "<2en>", "<2fr>", "<2zh_Hant>"], "byte_fallback": True}
    model = train(folder / "spiece.model", "unigram", 600, **options)
    ids = {token: model.piece_to_id(token) for token in ("<unk>", "<s>", "</s>", "<2ar>", "<2en>")}
    pieces = [(model.id_to_piece(i), model.get_score(i)) for i in range(model.get_piece_size())]
    tokenizer = Tokenizer(models.Unigram(pieces, 0, byte_fallback=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace()])
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 2)])
    tokenizer.save(str(folder / "tokenizer.json"))
    size = {"vocab_size": model.get_piece_size(), "decoder_start_token_id": 0, "pad_token_id": 1, "eos_token_id": 2}
    network = T5ForConditionalGeneration(T5Config(**(T5_SIZES | size | config)))
    settings = {"tokenizer_class": "T5Tokenizer", "extra_ids": 0, "pad_token": "<s>", "model_max_length": 10**30}
    save(folder, network, tokenizer=settings | {"additional_special_tokens": []})
    # The authors' file has no "shared.weight".
    untie(folder, "decoder.embed_tokens.weight")
    return Built(folder, model, ids)


def pegasus(folder: Path, **config: Any) -> Built:
    """google/pegasus-xsum's layout: spiece.model and tokenizer.json; pieces are 103 further up."""
    from transformers import PegasusConfig, PegasusForConditionalGeneration

    folder.mkdir(parents=True)
    model = train(folder / "spiece.model", "unigram", 400, pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
    ids = {"<pad>": 0, "</s>": 1, "<mask_1>": 2, "<mask_2>": 3, "<unk>": 105}
    like = {"pad_token": "<pad>", "eos_token": "</s>", "eos_token_id": 1, "offset": 103}
    like |= {"mask_token_sent": "<mask_1>", "mask_token": "<mask_2>", "mask_token_id": 3}
    special = ["<pad>", "</s>", "<mask_1>", "<mask_2>", "<unk>", *(f"<unk_{i}>" for i in range(2, 103))]
    convert("PegasusTokenizer", folder / "spiece.model", ids, special, **like).save(str(folder / "tokenizer.json"))
    options = {"vocab_size": model.get_piece_size() + 103, "max_position_embeddings": 64, "scale_embedding": True}
    options |= {"static_position_embeddings": True, "decoder_start_token_id": 0, "forced_eos_token_id": 1}
    network = PegasusForConditionalGeneration(PegasusConfig(**SIZES, **(options | config)))
    save(folder, network, tokenizer={"tokenizer_class": "PegasusTokenizer", "model_max_length": 512})
    return Built(folder, model, ids)
