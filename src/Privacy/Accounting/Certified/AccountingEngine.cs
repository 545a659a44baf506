namespace FastDPMeta.Privacy.Accounting.Certified;

/// <summary>Which engine gave a bound.</summary>
public enum AccountingEngine
{
    /// <summary>Nothing had to be computed: no release, no noise, or a δ that no ε needs.</summary>
    None = 0,

    /// <summary>One release (or several Gaussian ones, which are one): its divergence as a single positive integral or sum.</summary>
    ClosedForm = 1,

    /// <summary>The contour integral of the moment function through its saddle point.</summary>
    Contour = 2,

    /// <summary>Privacy loss distributions on a grid, composed by tilted Fourier transforms.</summary>
    LossDistribution = 3,

    /// <summary>Moments only: an upper bound that always exists, and no lower one.</summary>
    Moments = 4,
}
