namespace FastDPMeta.Engine.Tests.Nn;

/// <summary>Reproducible test numbers without ties.</summary>
internal static class Values
{
    /// <summary>An irrational walk in [low, high).</summary>
    public static double[] Walk(int count, double phase = 0.3, double low = -1, double high = 1) =>
        [.. Enumerable.Range(1, count).Select(i => low + ((high - low) * ((phase + (i * 0.6180339887498949) + (0.31 * Math.Sin(i * 1.7))) % 1.0 is var t && t < 0 ? t + 1 : t)))];

    public static double[] Of(params double[] values) => values;
}
