using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// What floating-point arithmetic may take away from a norm, so that it can be added back: a clipped contribution never exceeds the clip norm.
/// With unit roundoff u, a sum of n products computed in any order errs by at most <c>γₙ·Σ|xᵢyᵢ|</c>, <c>γₙ = n·u/(1 - n·u)</c>
/// (Higham, <i>Accuracy and Stability of Numerical Algorithms</i>, 2nd ed., section 3.1), plus the smallest normal number for each product that
/// underflows.
/// </summary>
/// <param name="Unit">Unit roundoff u: half the distance from 1 to the next number.</param>
/// <param name="Smallest">Smallest normal number; smaller ones may be flushed to zero.</param>
internal sealed record PerExampleRounding(double Unit, double Smallest)
{
    /// <summary>Sums at most this long are made in one piece: their error is near one part in 10⁵ at worst.</summary>
    private const int LongestPiece = 128;

    /// <summary>float32, every device's arithmetic.</summary>
    public static PerExampleRounding Single { get; } = new(Math.ScaleB(1, -24), Math.ScaleB(1, -126));

    /// <summary>float64, the interpreter's.</summary>
    public static PerExampleRounding Double { get; } = new(Math.ScaleB(1, -53), Math.ScaleB(1, -1022));

    /// <summary>γₙ.</summary>
    public double Gamma(double operations) => operations * Unit is var error && error < 0.5
        ? error / (1 - error)
        : throw new ArgumentOutOfRangeException(nameof(operations), operations, "PerExample: sums this long have no error bound in this precision.");

    /// <summary>
    /// Σx² over all axes behind the first <paramref name="kept"/>, in two stages where the sum is long: stages of m and n additions err as one of m + n,
    /// not m·n. Returns the sum and that number.
    /// </summary>
    public static (Tensor Sum, int Depth) SumOfSquares(Tensor tensor, int kept)
    {
        Shape shape = tensor.Shape;
        Axis[] front = [.. shape.Axes[..kept]];
        int count = 1;
        for (int axis = kept; axis < shape.Rank; axis++)
        {
            count *= shape[axis];
        }

        int piece = Piece(count);
        Tensor squares = tensor.Reshape(new Shape([.. front, count / piece, piece])).Square();
        return piece == count ? (squares.Sum(kept, kept + 1), count + 1) : (Stage(squares.Sum(-1)).Sum(-1), piece + (count / piece) + 1);
    }

    /// <summary>
    /// The same sum, kept apart from a sum over it: two stages made one by a compiler may add all elements one after another, and then the bound would
    /// not hold. The maximum changes no number that matters and lets NaN through.
    /// </summary>
    public static Tensor Stage(Tensor sum) => Tensor.Max(sum, sum.Fill(-float.MaxValue));

    /// <summary>The smallest divisor of <paramref name="count"/> that is at least its root, for long sums.</summary>
    private static int Piece(int count)
    {
        if (count <= LongestPiece)
        {
            return Math.Max(count, 1);
        }

        int piece = (int)Math.Ceiling(Math.Sqrt(count));
        while (count % piece != 0)
        {
            piece++;
        }

        return piece;
    }
}
