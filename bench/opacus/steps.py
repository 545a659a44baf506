"""One training step in every way PyTorch and Opacus offer.

A private step is forward, per-example gradients, clip to C, sum, Gaussian noise of deviation sigma·C, mean over the expected lot, SGD. Each class below takes
the network, the loss (mean over the batch) and the settings; calling it with a batch makes one step, after which every parameter's `grad` holds what was released.
"""
from dataclasses import dataclass

import torch
from torch.func import functional_call, grad, vmap

GUARD = 1e-6  # Opacus' own: the factor is C / (norm + GUARD), at most 1


@dataclass(frozen=True)
class Settings:
    """Of a step: lot is the expected number of examples, the divisor of the noisy sum."""
    lot: int
    clip: float = 1.0
    sigma: float = 1.1
    rate: float = 0.15
    momentum: float = 0.0


def sgd(net, settings):
    """Plain SGD in torch's fused form, the fastest of its three on a CPU."""
    return torch.optim.SGD(net.parameters(), lr=settings.rate, momentum=settings.momentum, fused=True)


class Nonprivate:
    """Mean loss, backward, SGD."""

    def __init__(self, net, loss, settings):
        self.net, self.loss, self.optimizer = net, loss, sgd(net, settings)

    def __call__(self, x, y):
        self.optimizer.zero_grad()
        self.loss(self.net(x), y).backward()
        self.optimizer.step()


class Own:
    """What a private step without Opacus needs: noise and update. Subclasses give the clipped sums."""

    def __init__(self, net, loss, settings):
        self.net, self.loss, self.settings, self.optimizer = net, loss, settings, sgd(net, settings)
        self.parameters = list(net.parameters())

    def factors(self, squares):
        """Clip factors from squared norms."""
        return (self.settings.clip / (squares.sqrt() + GUARD)).clamp(max=1.0)

    def __call__(self, x, y):
        deviation = self.settings.sigma * self.settings.clip
        sums = self.clipped_sums(x, y)
        with torch.no_grad():
            for parameter, total in zip(self.parameters, sums):
                if deviation > 0:
                    total = torch.randn_like(total).mul_(deviation).add_(total)
                parameter.grad = total.div_(self.settings.lot)
        self.optimizer.step()


class Vmap(Own):
    """The gradient function of one example, vectorised over examples by torch.func."""

    def __init__(self, net, loss, settings):
        super().__init__(net, loss, settings)
        self.names = [name for name, _ in net.named_parameters()]

        def objective(weights, x, y):
            return self.loss(functional_call(self.net, weights, (x[None],)), y[None])

        self.per_example = vmap(grad(objective), in_dims=(None, 0, 0))

    def clipped_sums(self, x, y):
        weights = {name: parameter.detach() for name, parameter in zip(self.names, self.parameters)}
        gradients = self.per_example(weights, x, y)
        flat = [gradients[name].flatten(1) for name in self.names]
        factors = self.factors(torch.stack([rows.norm(dim=1) for rows in flat]).square().sum(0))
        return [(factors @ rows).view_as(parameter) for rows, parameter in zip(flat, self.parameters)]


class Loop(Own):
    """One backward an example: the naive way, and the reference of the others."""

    def clipped_sums(self, x, y):
        sums = [torch.zeros_like(parameter) for parameter in self.parameters]
        for i in range(len(x)):
            gradients = torch.autograd.grad(self.loss(self.net(x[i:i + 1]), y[i:i + 1]), self.parameters)
            factor = self.factors(sum(g.square().sum() for g in gradients)).item()
            torch._foreach_add_(sums, gradients, alpha=factor)
        return sums


class Opacus:
    """Per-example gradients held in memory: by Opacus' rules for layers, by functorch layer by layer, or by torch's expanded weights."""

    def __init__(self, net, loss, settings, kind):
        from opacus.optimizers import DPOptimizer
        if kind == "ew":
            from opacus.grad_sample import GradSampleModuleExpandedWeights
            self.module = GradSampleModuleExpandedWeights(net)
        else:
            from opacus.grad_sample import GradSampleModule
            self.module = GradSampleModule(net, batch_first=True, force_functorch=kind == "functorch")
        self.loss, self.optimizer = loss, DPOptimizer(sgd(net, settings), **opacus_settings(settings))

    def __call__(self, x, y):
        self.optimizer.zero_grad(set_to_none=True)
        self.loss(self.module(x), y).backward()
        self.optimizer.step()


class OpacusTwoPasses(Opacus):
    """Norms in a first backward, the weighted sum in a second: ghost norms where Opacus has them, or per-example gradients freed layer by layer."""

    def __init__(self, net, loss, settings, ghost):
        from opacus.grad_sample.grad_sample_module_fast_gradient_clipping import GradSampleModuleFastGradientClipping
        from opacus.optimizers import DPOptimizerFastGradientClipping
        from opacus.utils.fast_gradient_clipping_utils import DPLossFastGradientClipping
        self.module = GradSampleModuleFastGradientClipping(net, batch_first=True, max_grad_norm=settings.clip, use_ghost_clipping=ghost)
        self.optimizer = DPOptimizerFastGradientClipping(sgd(net, settings), **opacus_settings(settings))
        self.loss = DPLossFastGradientClipping(self.module, self.optimizer, loss)


def opacus_settings(settings):
    """The same for every optimizer of Opacus. Its secure noise (four draws a number) is off, which favours the peer."""
    return {"noise_multiplier": settings.sigma, "max_grad_norm": settings.clip, "expected_batch_size": settings.lot}


# mode: (needs Opacus, makes the step)
MODES = {
    "nonprivate": (False, Nonprivate),
    "vmap": (False, Vmap),
    "loop": (False, Loop),
    "hooks": (True, lambda net, loss, settings: Opacus(net, loss, settings, "hooks")),
    "functorch": (True, lambda net, loss, settings: Opacus(net, loss, settings, "functorch")),
    "ew": (True, lambda net, loss, settings: Opacus(net, loss, settings, "ew")),
    "ghost": (True, lambda net, loss, settings: OpacusTwoPasses(net, loss, settings, True)),
    "fgc": (True, lambda net, loss, settings: OpacusTwoPasses(net, loss, settings, False)),
}
