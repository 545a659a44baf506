using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Testing;

/// <summary>One use of an op for the conformance suites: a function of some arguments and where to evaluate it.</summary>
/// <param name="Name">The op and what is special about this use.</param>
/// <param name="Shapes">Shape of each argument.</param>
/// <param name="Function">From arguments to one result.</param>
/// <param name="Low">Least argument value.</param>
/// <param name="High">Largest argument value.</param>
/// <param name="WholeNumbers">Arguments that hold whole numbers from 0 (indices) rather than reals, and how many.</param>
public sealed record OpSample(
    string Name, Shape[] Shapes, Func<Tensor[], Tensor> Function, double Low = -2, double High = 2, Dictionary<int, int>? WholeNumbers = null)
{
    /// <summary>Arguments for this sample, the same every time.</summary>
    public double[][] Arguments()
    {
        // A fixed irrational walk: reproducible, no two values equal, no ties for max and min.
        double state = Name.Sum(letter => letter) * 0.137;
        return [.. Shapes.Select((shape, index) => Enumerable.Range(0, shape.Count).Select(_ =>
        {
            state = (state + 0.6180339887498949) % 1.0;
            return WholeNumbers?.TryGetValue(index, out int count) == true ? Math.Floor(state * count) : Low + ((High - Low) * state);
        }).ToArray())];
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
