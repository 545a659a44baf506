"""The benchmark models: the six of Subramani, Vadivelu and Kamath 2020 (arXiv 2010.09063), two of ours, and a dense network of 784-256-10.

Inputs are random numbers of the right shape, made once: real numbers in [0, 1), or tokens below VOCABULARY; labels go round. Weights are random.
"""
import math

import torch
import torch.nn.functional as F
from torch import nn

VOCABULARY = 10_000
SPARE_TOKENS = 4


class MeanOver(nn.Module):
    """The mean over some axes."""

    def __init__(self, *axes):
        super().__init__()
        self.axes = axes

    def forward(self, x):
        return x.mean(self.axes)


class Logit(nn.Module):
    """Logistic regression: one number an example, [example]."""

    def __init__(self):
        super().__init__()
        self.logit = nn.Linear(104, 1)

    def forward(self, x):
        return self.logit(x)[:, 0]


def dense(*widths):
    """Linear layers with relu between them."""
    layers = []
    for inputs, units in zip(widths, widths[1:]):
        layers += [nn.Linear(inputs, units), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def mnist_cnn(activation=nn.ReLU, groups=0):
    """Two strided convolutions and two dense layers, 26,010 parameters; with tanh the network of Papernot et al. 2020 (arXiv 2007.14191). Groups are those of a
    normalisation behind each convolution; 0 leaves it out."""
    def normal(channels):
        return [nn.GroupNorm(groups, channels)] if groups else []

    return nn.Sequential(
        nn.Conv2d(1, 16, 8, stride=2, padding=3), *normal(16), activation(), nn.MaxPool2d(2, 1),
        nn.Conv2d(16, 32, 4, stride=2), *normal(32), activation(), nn.MaxPool2d(2, 1),
        nn.Flatten(), nn.Linear(512, 32), activation(), nn.Linear(32, 10))


def cifar_cnn():
    """Eight 3x3 convolutions with average pooling, the last one to the classes, then the mean over space."""
    layers, channels = [], 3
    for width in (32, 64, 128):
        layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(), nn.Conv2d(width, width, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2)]
        channels = width
    layers += [nn.Conv2d(channels, 256, 3, padding=1), nn.ReLU(), nn.Conv2d(256, 10, 3, padding=1), MeanOver(2, 3)]
    return nn.Sequential(*layers)


def embed():
    """The mean of the tokens' embeddings, then one dense layer."""
    return nn.Sequential(nn.Embedding(VOCABULARY + SPARE_TOKENS, 16), MeanOver(1), nn.Linear(16, 2))


class Lstm(nn.Module):
    """Embedding, LSTM, mean over time, dense. Opacus needs its own LSTM, which the caller passes."""

    def __init__(self, recurrent=nn.LSTM):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY + SPARE_TOKENS, 100)
        self.recurrent = recurrent(100, 100, batch_first=True)
        self.logits = nn.Linear(100, 2)

    def forward(self, x):
        return self.logits(self.recurrent(self.embedding(x))[0].mean(1))


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions with group normalisation; the shortcut is a strided 1x1 convolution, normalised too, where the shape changes."""

    def __init__(self, inputs, units, stride):
        super().__init__()
        self.first, self.norm1 = nn.Conv2d(inputs, units, 3, stride, 1, bias=False), groups(units)
        self.second, self.norm2 = nn.Conv2d(units, units, 3, 1, 1, bias=False), groups(units)
        self.shortcut = nn.Identity()
        if stride != 1 or inputs != units:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, units, 1, stride, bias=False), groups(units))

    def forward(self, x):
        y = F.relu(self.norm1(self.first(x)))
        return F.relu(self.norm2(self.second(y)) + self.shortcut(x))


def groups(channels):
    """Group normalisation with 16 channels a group."""
    return nn.GroupNorm(channels // 16, channels)


def resnet20_gn():
    """The CIFAR ResNet-20 with group normalisation, 272,474 parameters."""
    layers, channels = [nn.Conv2d(3, 16, 3, padding=1, bias=False), groups(16), nn.ReLU()], 16
    for width in (16, 32, 64):
        for block in range(3):
            layers.append(ResidualBlock(channels, width, 2 if block == 0 and width > 16 else 1))
            channels = width
    return nn.Sequential(*layers, MeanOver(2, 3), nn.Linear(64, 10))


class EncoderLayer(nn.Module):
    """A pre-norm encoder layer: attention with one product for queries, keys and values, and torch's fused attention; then the feed-forward network."""

    def __init__(self, width, heads, hidden):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.project, self.output = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.widen, self.narrow = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(self, x):
        examples, steps, width = x.shape
        q, k, v = self.project(self.norm1(x)).view(examples, steps, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(examples, steps, width)
        x = x + self.output(attended)
        return x + self.narrow(F.gelu(self.widen(self.norm2(x)), approximate="tanh"))


class Transformer(nn.Module):
    """Token and position embeddings, encoder layers, mean over tokens, dense."""

    def __init__(self, steps=128, width=128, layers=2):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(VOCABULARY, width), nn.Embedding(steps, width)
        self.layers = nn.Sequential(*[EncoderLayer(width, 4, 512) for _ in range(layers)])
        self.logits = nn.Linear(width, 2)

    def forward(self, x):
        places = torch.arange(x.shape[1]).repeat(x.shape[0], 1)  # a row an example: Opacus' rules for embeddings need it, and ghost norms need a copied one
        return self.logits(self.layers(self.tokens(x) + self.positions(places)).mean(1))


# name: (network, shape of one example, classes, reads tokens)
MODELS = {
    "logreg": (Logit, (104,), 2, False),
    "ffnn": (lambda: dense(104, 50, 2), (104,), 2, False),
    "mlp": (lambda: dense(784, 256, 10), (784,), 10, False),
    "mnist_cnn": (mnist_cnn, (1, 28, 28), 10, False),
    "cifar_cnn": (cifar_cnn, (3, 32, 32), 10, False),
    "embed": (embed, (256,), 2, True),
    "lstm": (Lstm, (256,), 2, True),
    "resnet20_gn": (resnet20_gn, (3, 32, 32), 10, False),
    "transformer": (Transformer, (128,), 2, True),
}


def build(name, opacus_layers=False):
    """The network of that name; opacus_layers replaces the layers that Opacus has its own kind of."""
    if name == "lstm" and opacus_layers:
        from opacus.layers import DPLSTM
        return Lstm(DPLSTM)
    return MODELS[name][0]()


def criterion(name):
    """The loss, its mean over the batch."""
    return nn.BCEWithLogitsLoss() if name == "logreg" else nn.CrossEntropyLoss()


def batch(name, examples):
    """Inputs and targets of that many examples."""
    _, shape, classes, tokens = MODELS[name]
    x = torch.randint(0, VOCABULARY, (examples, *shape)) if tokens else torch.rand(examples, *shape)
    y = torch.arange(examples) % classes
    return x, y.float() if name == "logreg" else y


def count(net):
    """Number of parameters."""
    return sum(math.prod(p.shape) for p in net.parameters())
