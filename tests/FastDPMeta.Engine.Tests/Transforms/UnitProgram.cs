using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Tests.Transforms;

/// <summary>A computation of one unit, with parameters first and data behind.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Parameters">Shapes of the parameters.</param>
/// <param name="Data">Shapes of a unit's data.</param>
/// <param name="Objective">From parameters and data to the objective and extras.</param>
/// <param name="Rows">Data that hold whole numbers, and how many there are.</param>
/// <param name="Contracts">Whether every parameter's gradient is a contraction: nothing of size [unit, parameter] is needed.</param>
public sealed record UnitProgram(
    string Name,
    Shape[] Parameters,
    Shape[] Data,
    Func<Tensor[], Tensor[], Tensor[]> Objective,
    Dictionary<int, int>? Rows = null,
    bool Contracts = false)
{
    public Computation Trace() => Computation.Trace(
        [.. Parameters, .. Data], inputs => Objective(inputs[..Parameters.Length], inputs[Parameters.Length..]));

    /// <summary>Values of the parameters.</summary>
    public double[][] ParameterValues(int seed = 0) => [.. Parameters.Select((shape, i) => Walk(shape.Count, seed + (31 * i) + 7, -0.9, 0.9))];

    /// <summary>Values of one unit's data.</summary>
    public double[][] UnitValues(int unit, int seed = 0) => [.. Data.Select((shape, i) =>
    {
        double[] values = Walk(shape.Count, seed + (101 * unit) + (13 * i) + 3, -1.2, 1.2);
        return Rows?.TryGetValue(i, out int count) == true
            ? [.. values.Select(value => Math.Floor((value + 1.2) / 2.4 * count))]
            : values;
    })];

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static double[] Walk(int count, int seed, double low, double high)
    {
        double state = (seed * 0.7548776662466927) % 1.0;
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            state = (state + 0.6180339887498949) % 1.0;
            return low + ((high - low) * state);
        })];
    }
}
