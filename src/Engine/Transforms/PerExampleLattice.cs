using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// Rounds each unit's clipped gradient to whole multiples of a step, so that the sum over units is exact in whatever order it is made: whole numbers below 2²⁴ are
/// added by float32 without rounding.
/// </summary>
/// <remarks>
/// A product with a power of two is exact, and x + 1.5·2²³ - 1.5·2²³ is x rounded to the nearest whole number (ties to even) for |x| ≤ 2²², whether or not a device
/// fuses the product into the first addition. So every kernel that needs a unit's whole numbers makes the same ones.
/// <para>Rounding may lengthen a vector of d numbers by √d/2 in the worst case, and hardly ever does. So the length is not bounded in advance but
/// looked at: a unit whose whole numbers are longer than <see cref="LongestWhole"/>, by a bound that covers the rounding of this very sum, contributes zero.</para>
/// </remarks>
/// <param name="Step">A power of two: the distance of neighbouring values.</param>
/// <param name="LongestWhole">The most that the norm of one unit's whole numbers may be.</param>
internal sealed record PerExampleLattice(double Step, double LongestWhole)
{
    /// <summary>Numbers this large and no larger are rounded to whole ones by <see cref="Rounder"/>.</summary>
    public const double LargestWhole = 1 << 22;

    private const double Rounder = 1.5 * (1 << 23);

    /// <summary>[unit, parameter…]: whole numbers, as floats.</summary>
    /// <param name="clipped">Clipped gradients.</param>
    public Tensor Round(Tensor clipped) => ((clipped * (1 / Step)) + Rounder) - Rounder;

    /// <summary>[unit]: 1 where the unit's whole numbers of all parameters together are certainly short enough, else 0.</summary>
    /// <param name="whole">[unit, parameter…], one for each parameter.</param>
    /// <param name="rounding">The arithmetic.</param>
    public Tensor IsWithin(IReadOnlyList<Tensor> whole, PerExampleRounding rounding)
    {
        Tensor? total = null;
        foreach (Tensor numbers in whole)
        {
            (Tensor sum, int depth) = PerExampleRounding.SumOfSquares(numbers, kept: 1);
            Tensor square = sum * (1 + rounding.Gamma(depth + 2));
            total = total is { } others ? others + square : square;
        }

        return total!.Value * (1 + rounding.Gamma(whole.Count + 4)) < LongestWhole * LongestWhole;
    }

    /// <summary>The exact sum over units, in the parameter's shape; units that are not kept count as zero.</summary>
    /// <param name="whole">[unit, parameter…].</param>
    /// <param name="within">[unit].</param>
    public static Tensor Sum(Tensor whole, Tensor within) => Tensor
        .Select(PerExampleNumber.Spread(within, whole.Shape), whole, whole.Fill(0))
        .Add(new StopGradientOp(Bounded: true))
        .Sum(0);
}
