using FastDPMeta.Engine.Ir;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Auditing;

/// <summary>
/// A population whose last units are canaries. One that is left out by its coin keeps its place and contributes nothing, which for a sum is the same as not being there, under every
/// relation.
/// </summary>
/// <param name="units">The others; null where all are canaries.</param>
/// <param name="population">All units.</param>
/// <param name="coordinates">Where each canary's gradient is.</param>
/// <param name="gradient">How large it is: beyond the clip norm, so that the clip is tested too.</param>
internal sealed class CanaryUnits(IUnitSource? units, int population, int[] coordinates, float gradient) : IUnitSource
{
    /// <summary>Number of the first canary; the units before it are ordinary.</summary>
    public int First { get; } = population - coordinates.Length;

    /// <summary>The coins: which canaries are in.</summary>
    public bool[] Included { get; } = new bool[coordinates.Length];

    /// <summary>Which units have been asked for: 1 each.</summary>
    public byte[] Drawn { get; } = new byte[population];

    /// <summary>Where each canary's gradient is.</summary>
    public int[] Coordinates => coordinates;

    public IReadOnlyList<Shape> Shapes { get; } = [.. units?.Shapes ?? [], new Shape(CanaryObjective.Numbers)];

    public void Fill(int unit, UnitBuffers arguments)
    {
        Drawn[unit] = 1;
        int canary = unit - First;

        // A canary has data like anybody else, of the first unit, so that nothing in the objective is out of the ordinary; its gradient is taken out by its mark.
        units?.Fill(canary < 0 ? unit : 0, arguments);
        Span<float> numbers = arguments[Shapes.Count - 1];
        numbers.Clear();
        if (canary >= 0)
        {
            numbers[CanaryObjective.Coordinate] = coordinates[canary];
            numbers[CanaryObjective.Gradient] = Included[canary] ? gradient : 0;
            numbers[CanaryObjective.IsCanary] = 1;
        }
    }
}
