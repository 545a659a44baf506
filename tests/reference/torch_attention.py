"""Outputs and derivatives of PyTorch's attention and encoder layers: makes Nn/Reference/attention.json. Made with PyTorch 2.6."""

import torch
from torch import nn
from torch.nn import functional

from figures import case, example, parameters, weighted, write


def attention_shapes(width):
    return [(width, width), (width, 2 * width), (width, width), (width,), (2 * width,), (width,)]


def fill_attention(attention, values):
    query, memory, output, query_bias, memory_bias, output_bias = values
    with torch.no_grad():
        attention.in_proj_weight.copy_(torch.cat([query.T, memory.T]))
        attention.out_proj.weight.copy_(output.T)
        attention.in_proj_bias.copy_(torch.cat([query_bias, memory_bias]))
        attention.out_proj.bias.copy_(output_bias)


def attention_gradients(attention):
    width = attention.embed_dim
    weight, bias = attention.in_proj_weight.grad, attention.in_proj_bias.grad
    return [weight[:width].T, weight[width:].T, attention.out_proj.weight.grad.T, bias[:width], bias[width:], attention.out_proj.bias.grad]


def attend(name, queries, width, heads, memory=0, causal=False, present=None):
    attention = nn.MultiheadAttention(width, heads, batch_first=True).double()
    fill_attention(attention, parameters(attention_shapes(width)))
    x = example((queries + memory, width))
    rows = x.unsqueeze(0)
    source = rows[:, queries:] if memory else rows
    mask = torch.ones(queries, queries, dtype=torch.bool).triu(1) if causal else None
    padding = ~torch.tensor([present], dtype=torch.bool) if present else None
    y = attention(rows[:, :queries], source, source, attn_mask=mask, key_padding_mask=padding, need_weights=False)[0]
    weighted(y).backward()
    return case(name, y, attention_gradients(attention) + [x.grad])


def encode(name, positions, width, heads, hidden, activation, norm_first, present=None):
    layer = nn.TransformerEncoderLayer(width, heads, hidden, dropout=0.0, activation=activation, norm_first=norm_first, batch_first=True).double()
    shapes = attention_shapes(width) + [(width,), (width,), (width, hidden), (hidden,), (hidden, width), (width,), (width,), (width,)]
    values = parameters(shapes)
    fill_attention(layer.self_attn, values[:6])
    rest = [layer.norm1.weight, layer.norm1.bias, layer.linear1.weight, layer.linear1.bias, layer.linear2.weight, layer.linear2.bias, layer.norm2.weight, layer.norm2.bias]
    with torch.no_grad():
        for own, value in zip(rest, values[6:]):
            own.copy_(value.T if value.dim() == 2 else value)

    x = example((positions, width))
    padding = ~torch.tensor([present], dtype=torch.bool) if present else None
    y = layer(x.unsqueeze(0), src_key_padding_mask=padding)
    if present:
        y = y[:, torch.tensor(present, dtype=torch.bool)]
    weighted(y).backward()
    return case(name, y, attention_gradients(layer.self_attn) + [own.grad.T if own.dim() == 2 else own.grad for own in rest] + [x.grad])


def gelu(x):
    return functional.gelu(x, approximate="tanh")


CASES = [
    attend("plain", 4, 6, 2),
    attend("causal", 5, 4, 2, causal=True),
    attend("padded", 4, 4, 2, present=[1, 1, 0, 0]),
    attend("causal and padded", 4, 4, 1, causal=True, present=[1, 1, 1, 0]),
    attend("cross", 3, 4, 2, memory=5),
    encode("pre-norm gelu", 4, 4, 2, 6, gelu, True),
    encode("post-norm relu", 4, 4, 2, 6, functional.relu, False),
    encode("pre-norm gelu padded", 4, 4, 2, 6, gelu, True, present=[1, 1, 1, 0]),
]
write("attention.json", CASES)
