using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Testing;

/// <summary>Small training problems written out in tensors, apart from the library's own layers and learners.</summary>
public static class Networks
{
    /// <summary>
    /// Query loss after gradient steps on a support loss of a tanh network, mean squared error. Arguments: for each layer weights and biases, then
    /// support inputs and targets, query inputs and targets.
    /// </summary>
    public static Computation MetaLoss(int[] widths, int examples, int steps)
    {
        int parameters = 2 * (widths.Length - 1);
        Shape[] shapes =
        [
            .. Enumerable.Range(0, parameters).Select(i => i % 2 == 0 ? new Shape(widths[i / 2], widths[(i / 2) + 1]) : new Shape(widths[(i / 2) + 1])),
            new(examples, widths[0]), new(examples, widths[^1]), new(examples, widths[0]), new(examples, widths[^1]),
        ];
        Computation loss = Computation.Trace(shapes[..(parameters + 2)], x => Loss(x[..parameters], x[parameters], x[parameters + 1]));
        Computation gradient = loss.Grad([.. Enumerable.Range(0, parameters)]);
        return Computation.Trace(shapes, x =>
        {
            Tensor[] adapted = x[..parameters];
            for (int step = 0; step < steps; step++)
            {
                Tensor[] slopes = gradient.Call([.. adapted, x[parameters], x[parameters + 1]])[1..];
                adapted = [.. adapted.Zip(slopes, (value, slope) => value - (slope * 0.05))];
            }

            return Loss(adapted, x[parameters + 2], x[parameters + 3]);
        });
    }

    /// <summary>Mean cross-entropy of a relu network [inputs, hidden, classes]: weights, biases, weights, biases, inputs, one-hot targets.</summary>
    public static Computation ClassifierLoss(int inputs, int hidden, int classes, int examples) => Computation.Trace(
        [new(inputs, hidden), new(hidden), new(hidden, classes), new(classes), new(examples, inputs), new(examples, classes)],
        x =>
        {
            Tensor logits = (x[4].MatMul(x[0]) + x[1]).Relu().MatMul(x[2]) + x[3];
            Tensor shifted = logits - logits.MaxOver(1).StopGradient().BroadcastAt(1, classes);
            return (shifted.Exp().Sum(1).Log() - (shifted * x[5]).Sum(1)).Mean();
        });

    /// <summary>One gradient step on <see cref="ClassifierLoss"/>: the four parameters after it.</summary>
    public static Computation ClassifierStep(int inputs, int hidden, int classes, int examples)
    {
        Computation loss = ClassifierLoss(inputs, hidden, classes, examples);
        Computation gradient = loss.Grad(0, 1, 2, 3);
        return Computation.Trace([.. loss.Inputs.Select(input => input.Shape)], x =>
            [.. x[..4].Zip(gradient.Call(x)[1..], (value, slope) => value - (slope * 0.1))]);
    }

    /// <summary>Reproducible arguments of about unit size.</summary>
    public static double[][] Arguments(Computation computation, double scale = 0.5)
    {
        double value = 0.123;
        return [.. computation.Inputs.Select(input => Enumerable.Range(0, input.Shape.Count).Select(_ => (((value = (value + 0.6180339887498949) % 1.0) * 2) - 1) * scale).ToArray())];
    }

    private static Tensor Loss(Tensor[] parameters, Tensor inputs, Tensor targets)
    {
        Tensor value = inputs;
        for (int i = 0; i < parameters.Length; i += 2)
        {
            value = value.MatMul(parameters[i]) + parameters[i + 1];
            value = i + 2 < parameters.Length ? value.Tanh() : value;
        }

        return (value - targets).Square().Mean();
    }
}
