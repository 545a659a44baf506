using System.Globalization;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Training;

/// <summary>
/// Looks at a model before it is trained and explains what would go wrong: at the user's line, with what to do instead. It uses no data of anybody.
/// </summary>
public static class ModelCheck
{
    private const ulong Seed = 1;

    /// <summary>
    /// Checks a model for one example: that it fits its input and loss, that every parameter gets a gradient, that loss and gradients are finite at the
    /// start, and how the noise of a plan compares with what it is added to.
    /// </summary>
    /// <param name="model">The model, for one example.</param>
    /// <param name="loss">Loss and metric of one example.</param>
    /// <param name="input">Shape of one input.</param>
    /// <param name="target">Shape of one target; a scalar unless given.</param>
    /// <param name="plan">The plan, for the noise; null leaves it out.</param>
    /// <param name="sample">An input to try, public or made up; standard normal numbers unless given.</param>
    /// <param name="label">What every number of the target is when trying; 0 unless given.</param>
    public static ModelReport Explain(
        Layer model, Loss loss, Shape input, Shape? target = null, PrivacyPlan? plan = null, IReadOnlyList<float>? sample = null, float label = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(input);
        List<ModelFinding> findings = [];
        int count = model.Parameters.Count;
        Shape[] shapes = [.. model.Parameters.Select(parameter => parameter.Shape), input, target ?? Shape.Scalar];
        Computation objective;
        try
        {
            objective = Computation.Trace(shapes, arguments => loss.Value(model.Apply(arguments[count], arguments.AsSpan(..count)), arguments[count + 1]));
        }
        catch (Exception exception) when (exception is ShapeException or ArgumentException)
        {
            return new ModelReport([new ModelFinding(true, $"The model can't be run on one input of {input}: {exception.Message}")]);
        }

        if (objective.Outputs[0].Shape.Rank != 0)
        {
            return new ModelReport([new ModelFinding(true, $"The loss of one example must be a scalar; it is {objective.Outputs[0].Shape}. Sum or average it.{objective.Outputs[0].Node.Where}")]);
        }

        Computation gradients = objective.Grad([.. Enumerable.Range(0, count)]);
        int[] idle = [.. Enumerable.Range(0, count).Where(index => PerExampleNumber.IsZero(gradients.Outputs[index + 1]))];
        findings.AddRange(idle.Select(index => new ModelFinding(
            true, $"{model.Parameters[index].Name} never gets a gradient: the loss does not depend on it, and it would be trained on noise alone. Use it, or leave it out.")));
        Try(model, gradients, Arguments(model, input, shapes[^1], sample, label), idle, findings);
        findings.Add(Size(model, plan));
        return new ModelReport(findings);
    }

    /// <summary>Checks a computation over a batch: that no row sees another, as it would through batch normalisation.</summary>
    /// <param name="batch">The computation.</param>
    /// <param name="label">What a row is, as <c>example</c>.</param>
    /// <param name="axes">For each argument the axis along which its rows stand, or null when all rows share it.</param>
    /// <exception cref="ArgumentException">The axes do not fit the arguments.</exception>
    public static ModelReport Explain(Computation batch, string label, IReadOnlyList<int?> axes)
    {
        ArgumentNullException.ThrowIfNull(batch);
        try
        {
            IReadOnlyList<RowDependence> found = IsolationCheck.Verify(batch, label, axes);
            return new ModelReport([new ModelFinding(false, $"No {label} sees another: results depend on {string.Join(", ", found.Select(Show))}.")]);
        }
        catch (IsolationException exception)
        {
            return new ModelReport([new ModelFinding(true, exception.Message)]);
        }

        string Show(RowDependence dependence) => dependence switch
        {
            RowDependence.OwnRow => $"their own {label}",
            RowDependence.ClippedSum => $"a clipped sum over {label}s",
            RowDependence.UnboundedSum => $"an unbounded sum over {label}s",
            _ => $"no {label}",
        };
    }

    private static double[][] Arguments(Layer model, Shape input, Shape target, IReadOnlyList<float>? sample, float label)
    {
        if (sample is not null && sample.Count != input.Count)
        {
            throw new ArgumentException($"Explain: the sample must have the {input.Count} numbers of {input}; got {sample.Count}.", nameof(sample));
        }

        float[] parameters = model.Initialize(Seed);
        using RandomKey key = RandomKey.UnsafeFixed(Seed);
        using RandomStream random = new(key);
        double[] values = [.. Enumerable.Range(0, input.Count).Select(i => sample is null ? random.NextGaussian() : sample[i])];
        return
        [
            .. Enumerable.Range(0, model.Parameters.Count).Select(i => model.Layout.Part(parameters, i).ToArray().Select(value => (double)value).ToArray()),
            values,
            [.. Enumerable.Repeat((double)label, target.Count)],
        ];
    }

    /// <summary>Runs loss and gradients once, in double precision.</summary>
    private static void Try(Layer model, Computation gradients, double[][] arguments, int[] idle, List<ModelFinding> findings)
    {
        double[][] results = Interpreter.Run(gradients, arguments);
        if (!double.IsFinite(results[0][0]))
        {
            findings.Add(new ModelFinding(
                true, $"The loss at the start is {results[0][0]} on a tried input: such examples contribute nothing. Look for a logarithm, root or quotient without a lower bound.{gradients.Outputs[0].Node.Where}"));
            return;
        }

        findings.Add(new ModelFinding(false, string.Create(CultureInfo.InvariantCulture, $"The loss at the start is {results[0][0]:g4} on a tried input.")));
        for (int i = 0; i < model.Parameters.Count; i++)
        {
            if (results[i + 1].Any(value => !double.IsFinite(value)))
            {
                findings.Add(new ModelFinding(true, $"The gradient of {model.Parameters[i].Name} is not finite at the start: such examples contribute nothing.{gradients.Outputs[i + 1].Node.Where}"));
            }
            else if (!idle.Contains(i) && results[i + 1].All(value => value == 0))
            {
                findings.Add(new ModelFinding(
                    false, $"The gradient of {model.Parameters[i].Name} is zero at the start on a tried input: all its units may be off, or the layers behind it begin at zero."));
            }
        }
    }

    private static ModelFinding Size(Layer model, PrivacyPlan? plan)
    {
        int parameters = model.ParameterCount;
        if (plan is not { IsPrivate: true })
        {
            return new ModelFinding(false, string.Create(CultureInfo.InvariantCulture, $"{parameters:N0} parameters."));
        }

        // The noise on a mean gradient has length σC·√p/lot, very nearly; the mean itself is at most C long.
        double noise = plan.NoiseStandardDeviation * Math.Sqrt(parameters) / plan.Divisor;
        return new ModelFinding(false, string.Create(
            CultureInfo.InvariantCulture,
            $"{parameters:N0} parameters: in a round the noise is {noise:g3} long and the mean gradient at most {plan.ClipNorm:g3}, {noise / plan.ClipNorm:g3} to 1. "
            + $"Lots of {Math.Ceiling(plan.Divisor * noise / plan.ClipNorm):N0} bring it to 1 to 1; larger lots or fewer parameters help, another clip norm does not."));
    }
}
