using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Optim;

/// <summary>
/// An update of one flat parameter vector, as ops of a trace. Numbers that change from step to step (rates, bias corrections) come in as a
/// small vector that the host fills, so nothing is compiled again. Works on a noised gradient as on a plain one.
/// </summary>
public abstract class Optimizer
{
    /// <summary>Names of the state vectors, each as long as the parameters and 0 at the beginning.</summary>
    public abstract IReadOnlyList<string> StateNames { get; }

    /// <summary>Names of the per-step numbers.</summary>
    public abstract IReadOnlyList<string> ScalarNames { get; }

    /// <summary>θ ← θ - rate·v with v ← momentum·v + g.</summary>
    /// <param name="rate">Learning rate, a number or a schedule.</param>
    /// <param name="momentum">In [0, 1); 0 keeps no state.</param>
    /// <param name="nesterov">Whether to look ahead: θ ← θ - rate·(g + momentum·v).</param>
    /// <param name="weightDecay">λ of λθ added to the gradient, at least 0.</param>
    public static Optimizer Sgd(Schedule rate, double momentum = 0, bool nesterov = false, double weightDecay = 0) => new Sgd(rate, momentum, nesterov, weightDecay);

    /// <summary>Adam (Kingma and Ba 2015).</summary>
    /// <param name="rate">Learning rate, a number or a schedule.</param>
    /// <param name="beta1">Decay of the mean, in [0, 1).</param>
    /// <param name="beta2">Decay of the mean square, in [0, 1).</param>
    /// <param name="epsilon">Added to the root mean square, above 0.</param>
    /// <param name="weightDecay">λ of λθ added to the gradient, at least 0; mostly <see cref="AdamW"/> is wanted.</param>
    public static Optimizer Adam(Schedule rate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0) =>
        new Adam(rate, beta1, beta2, epsilon, weightDecay, decoupled: false);

    /// <summary>Adam with weight decay beside the step instead of in the gradient: θ ← θ - rate·λθ first (Loshchilov and Hutter 2019, algorithm 2).</summary>
    /// <param name="rate">Learning rate, a number or a schedule; it scales the decay too.</param>
    /// <param name="beta1">Decay of the mean, in [0, 1).</param>
    /// <param name="beta2">Decay of the mean square, in [0, 1).</param>
    /// <param name="epsilon">Added to the root mean square, above 0.</param>
    /// <param name="weightDecay">λ, at least 0.</param>
    public static Optimizer AdamW(Schedule rate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01) =>
        new Adam(rate, beta1, beta2, epsilon, weightDecay, decoupled: true);

    /// <summary>RMSProp (Hinton 2012): the gradient over the root of its mean square.</summary>
    /// <param name="rate">Learning rate, a number or a schedule.</param>
    /// <param name="decay">Decay of the mean square, in [0, 1).</param>
    /// <param name="epsilon">Added to the root, above 0.</param>
    /// <param name="momentum">In [0, 1); 0 keeps no velocity.</param>
    /// <param name="centered">Whether the variance stands for the mean square.</param>
    /// <param name="weightDecay">λ of λθ added to the gradient, at least 0.</param>
    public static Optimizer RmsProp(
        Schedule rate, double decay = 0.99, double epsilon = 1e-8, double momentum = 0, bool centered = false, double weightDecay = 0) =>
        new RmsProp(rate, decay, epsilon, momentum, centered, weightDecay);

    /// <summary>Adagrad (Duchi, Hazan and Singer 2011): the gradient over the root of the sum of all its squares.</summary>
    /// <param name="rate">Learning rate, a number or a schedule.</param>
    /// <param name="rateDecay">The rate is divided by 1 + step·rateDecay; at least 0.</param>
    /// <param name="epsilon">Added to the root, above 0.</param>
    /// <param name="initialSum">What the sum of squares begins with, at least 0.</param>
    /// <param name="weightDecay">λ of λθ added to the gradient, at least 0.</param>
    public static Optimizer Adagrad(Schedule rate, double rateDecay = 0, double epsilon = 1e-10, double initialSum = 0, double weightDecay = 0) =>
        new Adagrad(rate, rateDecay, epsilon, initialSum, weightDecay);

    /// <summary>Records one update.</summary>
    /// <param name="parameters">[n].</param>
    /// <param name="gradient">The update direction, [n].</param>
    /// <param name="state">One [n] for each of <see cref="StateNames"/>.</param>
    /// <param name="scalars">[<see cref="ScalarNames"/>.Count], as <see cref="FillScalars"/> filled it.</param>
    /// <returns>New parameters, then new state.</returns>
    public abstract Tensor[] Update(Tensor parameters, Tensor gradient, ReadOnlySpan<Tensor> state, Tensor scalars);

    /// <summary>Writes the numbers of one step. Does not allocate.</summary>
    /// <param name="step">Number of the step, from 0.</param>
    /// <param name="scalars">Room for <see cref="ScalarNames"/>.Count numbers.</param>
    public abstract void FillScalars(long step, Span<float> scalars);

    /// <summary>The update as a computation: arguments are parameters, gradient, state, scalars; results are parameters and state.</summary>
    /// <param name="count">Number of parameters.</param>
    public Computation Trace(int count)
    {
        Shape vector = new(new Axis(count, "parameter"));
        return Computation.Trace(
            [vector, vector, .. StateNames.Select(_ => vector), new Shape(ScalarNames.Count)],
            arguments => Update(arguments[0], arguments[1], arguments.AsSpan(2..^1), arguments[^1]));
    }

    /// <summary>One of the per-step numbers as a scalar.</summary>
    private protected static Tensor Scalar(Tensor scalars, int index) => scalars.Slice(0, index, 1).Reshape(Shape.Scalar);

    /// <summary>g + λθ.</summary>
    private protected static Tensor Decayed(Tensor parameters, Tensor gradient, double weightDecay) =>
        weightDecay == 0 ? gradient : gradient + (parameters * weightDecay);

    /// <summary>Throws unless the state has the right number of vectors.</summary>
    private protected void CheckState(int count)
    {
        if (count != StateNames.Count)
        {
            throw new ArgumentException($"{GetType().Name}: takes {StateNames.Count} state vectors; got {count}.");
        }
    }
}
