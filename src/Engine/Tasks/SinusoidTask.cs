namespace FastDPMeta.Engine.Tasks;

/// <summary>One curve y = A sin(x - φ).</summary>
/// <param name="Amplitude">A, in [0.1, 5).</param>
/// <param name="Phase">φ in radians, in [0, π).</param>
public readonly record struct SinusoidTask(double Amplitude, double Phase)
{
    /// <summary>The true y at <paramref name="x"/>.</summary>
    /// <param name="x">Where, in radians.</param>
    public double ValueAt(double x) => Amplitude * Math.Sin(x - Phase);
}
