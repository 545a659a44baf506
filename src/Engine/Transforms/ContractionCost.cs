namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// Whether a gradient's norm is taken from the factors of its contraction, or the gradient is formed for every unit. All in floating-point operations
/// per unit; the clipped sum of a formed gradient is a pass over it, that of a contraction the contraction itself.
/// </summary>
internal static class ContractionCost
{
    /// <summary>
    /// Operations of a matrix product in the time that one byte moves between memory and the vector units: about 80·10⁹ operations and
    /// 20·10⁹ bytes a second for one core of a present server.
    /// </summary>
    public const double OperationsPerByte = 4;

    /// <summary>Passes over a formed gradient: written, read for the norm, read for the sum.</summary>
    private const int FormedPasses = 3;

    /// <summary>Passes over the two Gram matrices: written, read for the norm.</summary>
    private const int GramPasses = 2;

    /// <summary>Finding a row number in a small table takes about two nanoseconds: the time of so many operations of a product.</summary>
    private const int LookUpOperations = 160;

    /// <summary>Whether the factors give norm and sum faster than the formed gradient.</summary>
    public static bool PrefersContraction(ContractionSum sum) => Contracted(sum) < Formed(sum);

    /// <summary>Whether most of the work of forming the gradient is done in any case, so that summing it is cheaper than one contraction over all units.</summary>
    public static bool Stands(ContractionSum sum) => sum.Terms.Sum(term => term.Stands ? term.Length : 0L) > sum.Terms.Sum(term => term.Stands ? 0L : term.Length);

    /// <summary>Cost of forming every unit's gradient, its norm, and the weighted sum.</summary>
    public static double Formed(ContractionSum sum)
    {
        double size = (double)sum.Matrices * sum.P * sum.Q;
        double products = sum.Terms.Where(term => term.Index is null && !term.Stands).Sum(term => 2.0 * term.Length) * size;
        return products + Move(size * (FormedPasses + sum.Terms.Count - 1));
    }

    /// <summary>Cost of norms from the factors, and of one contraction over all units.</summary>
    public static double Contracted(ContractionSum sum)
    {
        double s = sum.Length;
        double factors = s * (sum.P + sum.Q) * sum.Matrices;
        double dense = sum.Terms.Where(term => term.Index is null).Sum(term => 2.0 * term.Length) * sum.Matrices * sum.P * sum.Q;
        if (s == 1)
        {
            return dense + Move(factors);
        }

        if (sum.Terms.All(term => term.Index is not null))
        {
            return (LookUpOperations * s) + Move(2 * FormedPasses * s * sum.Q);
        }

        return dense + (2 * s * factors) + Move((GramPasses * 2 * s * s * sum.Matrices) + factors);
    }

    private static double Move(double floats) => OperationsPerByte * sizeof(float) * floats;
}
