namespace FastDPMeta.Engine.Nn;

/// <summary>The family that initial values are drawn from; all have mean 0.</summary>
public enum Distribution
{
    /// <summary>Uniform, symmetric.</summary>
    Uniform,

    /// <summary>Normal.</summary>
    Normal,

    /// <summary>Normal, cut at two standard deviations.</summary>
    TruncatedNormal,
}
