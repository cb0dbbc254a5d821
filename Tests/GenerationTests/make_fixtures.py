"""Makes the golden files of these tests: python make_fixtures.py [NAME …] (needs numpy, torch, transformers).

Written into Fixtures/ beside this file. The values come from transformers' generate(). Inputs are not stored: both sides
draw them from PCG64 with the case's seed.
"""
import json
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent / "Fixtures"


def write(name, value):
    text = "[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in value) + "\n]\n"
    (HERE / name).write_text(text)
    print(name, len(text))


def draw_logits(seed, size, spread):
    """Roughly normal 32-bit logits: four uniform numbers each, then whatever else the case needs."""
    generator = np.random.Generator(np.random.PCG64(seed))
    logits = [(generator.random() + generator.random() + generator.random() + generator.random() - 2) * spread
              for _ in range(size)]
    return np.array(logits, dtype=np.float32), lambda bound: int(generator.random() * bound)


def beams():
    """transformers' beam search on a scripted model: logits by position and last token, from a table."""
    import torch
    from transformers import GenerationConfig, GenerationMixin, PretrainedConfig, PreTrainedModel
    from transformers.modeling_outputs import CausalLMOutput

    positions, words, end, prompt = 3, 30, 2, [5, 9]

    class Scripted(PreTrainedModel, GenerationMixin):
        config_class = PretrainedConfig

        def __init__(self, table):
            super().__init__(PretrainedConfig(vocab_size=words, is_encoder_decoder=False, num_hidden_layers=1))
            self.table = torch.nn.Parameter(table)

        def forward(self, input_ids, attention_mask=None, **_):
            place = input_ids.shape[1] % positions
            return CausalLMOutput(logits=self.table[place, input_ids[:, -1]][:, None])

        def prepare_inputs_for_generation(self, input_ids, attention_mask=None, **_):
            return {"input_ids": input_ids}

    rows = []
    for i in range(60):
        seed, spread, boost = 500_000 + i, (2.0, 4.0)[i % 2], (0.0, 1.5, 3.0)[i % 3]
        logits, _ = draw_logits(seed, positions * words * words, spread)
        table = logits.reshape(positions, words, words).copy()
        table[:, :, end] += np.float32(boost)
        settings = {
            "beams": (2, 3, 4, 6, 8)[i % 5], "length_penalty": (-1.0, 0.0, 0.5, 1.0, 2.0, 1.0)[i % 6],
            "early_stopping": (False, True, "never")[i // 2 % 3], "max_tokens": (3, 8, 16)[i // 3 % 3],
            "repetition_penalty": 1.3 if i % 7 == 3 else 1.0, "ngram": 2 if i % 7 == 5 else 0,
            "min_tokens": 3 if i % 5 == 4 and i // 3 % 3 else 0,
        }
        ends = [end, 11] if i % 4 == 3 else [end]
        config = GenerationConfig(
            num_beams=settings["beams"], num_return_sequences=settings["beams"], do_sample=False,
            length_penalty=settings["length_penalty"], early_stopping=settings["early_stopping"],
            max_new_tokens=settings["max_tokens"], min_new_tokens=settings["min_tokens"] or None, eos_token_id=ends, pad_token_id=0,
            repetition_penalty=settings["repetition_penalty"], no_repeat_ngram_size=settings["ngram"],
            output_scores=True, return_dict_in_generate=True, use_cache=False)
        model = Scripted(torch.tensor(table)).eval()
        out = model.generate(torch.tensor([prompt]), attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
                             generation_config=config)
        hypotheses = []
        for sequence, score in zip(out.sequences.tolist(), out.sequences_scores.tolist()):
            ids = sequence[len(prompt):]
            stop = next((n for n, token in enumerate(ids) if token in ends), None)
            hypotheses.append([ids if stop is None else ids[: stop + 1], float(f"{score:.7g}")])
        rows.append({"seed": seed, "spread": spread, "boost": boost, "ends": ends, **settings,
                     "early_stopping": str(settings["early_stopping"]).lower(), "hypotheses": hypotheses})
    write("beams.json", rows)


if __name__ == "__main__":
    makers = {f.__name__: f for f in (beams,)}
    for name in sys.argv[1:] or makers:
        makers[name]()
