namespace FastDPMeta.Privacy.Accounting.Loss;

/// <summary>Gauss–Legendre rules on [-1, 1] (Abramowitz and Stegun, table 25.4), exact for polynomials of degree 2n - 1.</summary>
internal static class GaussLegendre
{
    private static readonly double[] Nodes2 = [-0.57735026918962576451, 0.57735026918962576451];
    private static readonly double[] Weights2 = [1, 1];
    private static readonly double[] Nodes3 = [-0.77459666924148337704, 0, 0.77459666924148337704];
    private static readonly double[] Weights3 = [5 / 9.0, 8 / 9.0, 5 / 9.0];
    private static readonly double[] Nodes4 = [-0.86113631159405257522, -0.33998104358485626480, 0.33998104358485626480, 0.86113631159405257522];
    private static readonly double[] Weights4 = [0.34785484513745385737, 0.65214515486254614263, 0.65214515486254614263, 0.34785484513745385737];
    private static readonly double[] Nodes8 =
    [
        -0.96028985649753623168, -0.79666647741362673959, -0.52553240991632898582, -0.18343464249564980494,
        0.18343464249564980494, 0.52553240991632898582, 0.79666647741362673959, 0.96028985649753623168,
    ];

    private static readonly double[] Weights8 =
    [
        0.10122853629037625915, 0.22238103445337447054, 0.31370664587788728734, 0.36268378337836198297,
        0.36268378337836198297, 0.31370664587788728734, 0.22238103445337447054, 0.10122853629037625915,
    ];

    /// <summary>
    /// The rule for a panel whose width is the given part of the width over which the integrand changes by a factor e. The error of n nodes is about
    /// r^{2n}(n!)⁴/((2n+1)(2n)!³): below 1e-14 for each of the ranges here, a tenth of what masses may err by.
    /// </summary>
    /// <param name="part">r ≤ 1.</param>
    /// <param name="nodes">Places in [-1, 1].</param>
    /// <param name="weights">Weights, with sum 2.</param>
    public static void Rule(double part, out double[] nodes, out double[] weights) => (nodes, weights) = part switch
    {
        <= 2e-3 => (Nodes2, Weights2),
        <= 0.05 => (Nodes3, Weights3),
        <= 0.25 => (Nodes4, Weights4),
        _ => (Nodes8, Weights8),
    };

    /// <summary>The eight-point rule.</summary>
    public static ReadOnlySpan<double> Nodes => Nodes8;

    /// <summary>Weights of the eight-point rule.</summary>
    public static ReadOnlySpan<double> Weights => Weights8;
}
