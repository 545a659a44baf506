namespace FastDPMeta.Privacy.Accounting;

/// <summary>Which bound of the moments a release has.</summary>
internal enum MechanismKind
{
    /// <summary>Poisson-sampled, or not sampled at all: rate 1.</summary>
    Poisson = 0,

    /// <summary>Poisson-sampled, lots cut to a cap.</summary>
    TruncatedPoisson = 1,

    /// <summary>A uniform subset of fixed size.</summary>
    FixedSize = 2,

    /// <summary>Poisson-sampled, or not sampled at all, whole numbers with discrete noise.</summary>
    DiscretePoisson = 3,
}
