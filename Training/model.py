"""The network of stepglass-tiny: GPT-2 in one page of PyTorch. train.py uses it; tensor names are those of a GPT-2 folder.

Shapes: B sequences, T positions, C hidden size, H heads, V vocabulary. Linear weights are stored (in, out), as GPT-2
stores them, so `state_dict()` is what model.safetensors holds and any GPT-2 loader reads it.
Source of the architecture: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners".
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Shape:
    vocabulary: int
    context: int = 256
    hidden: int = 128
    layers: int = 4
    heads: int = 4


class InOutLinear(nn.Module):
    """y = x W + b with W of shape (in, out)."""

    def __init__(self, inputs: int, outputs: int, std: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(inputs, outputs) * std)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight.t(), self.bias)


class Attention(nn.Module):
    def __init__(self, shape: Shape, std: float) -> None:
        super().__init__()
        self.heads = shape.heads
        self.c_attn = InOutLinear(shape.hidden, 3 * shape.hidden, std)
        with torch.no_grad():
            # Queries and keys start large enough to tell tokens apart (scores of about 1), and equal, so that every
            # head first looks at what resembles its own token or place.
            query = torch.randn(shape.hidden, shape.hidden) / math.sqrt(shape.hidden)
            self.c_attn.weight[:, : 2 * shape.hidden] = query.repeat(1, 2)
        # Two additions per layer feed the residual stream, hence 1/sqrt(2 layers).
        self.c_proj = InOutLinear(shape.hidden, shape.hidden, std / math.sqrt(2 * shape.layers))

    def forward(self, x: Tensor) -> Tensor:  # (B, T, C) -> (B, T, C)
        B, T, C = x.shape
        parts = self.c_attn(x).split(C, dim=2)
        query, key, value = (part.view(B, T, self.heads, C // self.heads).transpose(1, 2) for part in parts)
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True)  # (B, H, T, C/H)
        return self.c_proj(mixed.transpose(1, 2).reshape(B, T, C))


class FeedForward(nn.Module):
    def __init__(self, shape: Shape, std: float) -> None:
        super().__init__()
        self.c_fc = InOutLinear(shape.hidden, 4 * shape.hidden, std)
        self.c_proj = InOutLinear(4 * shape.hidden, shape.hidden, std / math.sqrt(2 * shape.layers))

    def forward(self, x: Tensor) -> Tensor:  # (B, T, C) -> (B, T, C)
        return self.c_proj(F.gelu(self.c_fc(x), approximate="tanh"))


class Block(nn.Module):
    def __init__(self, shape: Shape, std: float) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(shape.hidden)
        self.attn = Attention(shape, std)
        self.ln_2 = nn.LayerNorm(shape.hidden)
        self.mlp = FeedForward(shape, std)

    def forward(self, x: Tensor) -> Tensor:  # (B, T, C) -> (B, T, C)
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class Transformer(nn.Module):
    def __init__(self, shape: Shape, std: float) -> None:
        super().__init__()
        self.wte = nn.Embedding(shape.vocabulary, shape.hidden)
        self.wpe = nn.Embedding(shape.context, shape.hidden)
        self.h = nn.ModuleList(Block(shape, std) for _ in range(shape.layers))
        self.ln_f = nn.LayerNorm(shape.hidden)


# Longest wave length over the shortest: the paper's 10,000 would leave most dimensions flat over 256 positions.
LONGEST_WAVE = 100


def waves(positions: int, size: int) -> Tensor:  # (positions, size)
    """Sines and cosines of growing wave length (Vaswani et al. 2017): what the learned positions start from.

    "One place back" is then the same rotation everywhere, so heads that look at the previous token, and with them
    induction heads, form in hundreds of steps instead of thousands.
    """
    angles = torch.arange(positions)[:, None] * torch.exp(-math.log(LONGEST_WAVE) * torch.arange(0, size, 2) / size)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(positions, size)


class TinyGPT2(nn.Module):
    """Token ids (B, T) to the final hidden states (B, T, C); `logits` turns any of those into (…, V)."""

    def __init__(self, shape: Shape, std: float = 0.02) -> None:
        super().__init__()
        self.transformer = Transformer(shape, std)
        nn.init.normal_(self.transformer.wte.weight, std=std)
        with torch.no_grad():
            self.transformer.wpe.weight.copy_(waves(shape.context, shape.hidden) * std)

    def forward(self, ids: Tensor) -> Tensor:
        body = self.transformer
        x = body.wte(ids) + body.wpe.weight[: ids.shape[1]]
        for block in body.h:
            x = block(x)
        return body.ln_f(x)

    def logits(self, hidden: Tensor) -> Tensor:
        return F.linear(hidden, self.transformer.wte.weight)  # the output is tied to the embedding
