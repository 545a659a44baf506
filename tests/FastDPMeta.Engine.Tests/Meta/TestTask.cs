using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Tests.Nn;

namespace FastDPMeta.Engine.Tests.Meta;

/// <summary>
/// A small regression task for a 1-4-1 tanh network whose loss and gradient are written out by hand, so that learners are tested against
/// something that is not the engine.
/// </summary>
internal sealed class TestTask
{
    private const int Units = 4;

    private TestTask(double phase)
    {
        SupportX = Values.Walk(4, phase, -2, 2);
        QueryX = Values.Walk(3, phase + 0.35, -2, 2);
        SupportY = [.. SupportX.Select(x => (1 + phase) * Math.Sin(x - phase))];
        QueryY = [.. QueryX.Select(x => (1 + phase) * Math.Sin(x - phase))];
    }

    public Sequential Model { get; } = new(new Dense(1, Units, Activation.Tanh), new Dense(Units, 1));

    public TaskShape Shape { get; } = new(new Shape(1), way: 1, shot: 4, query: 3);

    public double[][] Parameters { get; } = [Values.Walk(Units, 0.21), Values.Walk(Units, 0.77), Values.Walk(Units, 0.52), Values.Walk(1, 0.4)];

    public int[] ParameterIndices => [0, 1, 2, 3];

    public double[] SupportX { get; }

    public double[] SupportY { get; }

    public double[] QueryX { get; }

    public double[] QueryY { get; }

    public double[][] Data => [SupportX, SupportY, QueryX, QueryY];

    public double[][] Arguments => [.. Parameters, .. Data];

    public static TestTask Regression(double phase = 0.3) => new(phase);

    /// <summary>Gradient of the mean squared error, by the chain rule on paper.</summary>
    public double[][] Gradient(double[][] parameters, double[] inputs, double[] targets)
    {
        double[][] gradient = [new double[Units], new double[Units], new double[Units], new double[1]];
        for (int example = 0; example < inputs.Length; example++)
        {
            double[] hidden = [.. Enumerable.Range(0, Units).Select(unit => Math.Tanh((inputs[example] * parameters[0][unit]) + parameters[1][unit]))];
            double output = parameters[3][0] + hidden.Zip(parameters[2], (h, w) => h * w).Sum();
            double slope = 2 * (output - targets[example]) / inputs.Length;
            gradient[3][0] += slope;
            for (int unit = 0; unit < Units; unit++)
            {
                double inner = slope * parameters[2][unit] * (1 - (hidden[unit] * hidden[unit]));
                gradient[2][unit] += slope * hidden[unit];
                gradient[1][unit] += inner;
                gradient[0][unit] += inner * inputs[example];
            }
        }

        return gradient;
    }

    /// <summary>One step of gradient descent by hand.</summary>
    public double[][] Step(double[][] parameters, double[] inputs, double[] targets, double rate)
    {
        double[][] gradient = Gradient(parameters, inputs, targets);
        return [.. parameters.Select((values, i) => values.Select((value, j) => value - (rate * gradient[i][j])).ToArray())];
    }

    /// <summary>Steps on the support set by hand.</summary>
    public double[][] Descend(double[][] parameters, int steps, double rate)
    {
        for (int step = 0; step < steps; step++)
        {
            parameters = Step(parameters, SupportX, SupportY, rate);
        }

        return parameters;
    }
}
