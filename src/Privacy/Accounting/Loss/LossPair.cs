namespace FastDPMeta.Privacy.Accounting.Loss;

/// <summary>
/// One direction of a dominating pair (P, Q), as the distribution of its privacy loss L = log dP/dQ under P: continuous segments, atoms, and a mass at
/// infinity where Q has none. Everything an engine asks follows from these.
/// </summary>
/// <param name="segments">Continuous parts with their weights.</param>
/// <param name="atomLosses">Losses of single outcomes, ascending.</param>
/// <param name="atomMasses">Their masses under P.</param>
/// <param name="infiniteMass">P's mass where Q has none.</param>
/// <param name="spacing">The distance of a lattice on which the atoms ought to lie, or 0.</param>
/// <param name="offset">A loss that ought to be a point of that lattice (or of any grid).</param>
internal sealed class LossPair(
    (LossSegment Segment, double Weight)[] segments, double[] atomLosses, double[] atomMasses, double infiniteMass = 0, double spacing = 0, double offset = 0)
{
    /// <summary>Continuous parts; the density of a part is that of its segment times its weight.</summary>
    public (LossSegment Segment, double Weight)[] Segments { get; } = segments;

    /// <summary>Losses of single outcomes, ascending.</summary>
    public double[] AtomLosses { get; } = atomLosses;

    /// <summary>P's masses of these.</summary>
    public double[] AtomMasses { get; } = atomMasses;

    /// <summary>P's mass where Q has none: no ε covers it.</summary>
    public double InfiniteMass { get; } = infiniteMass;

    /// <summary>The distance of the lattice that the atoms lie on (exactly, where there are no segments), or 0.</summary>
    public double Spacing { get; } = spacing;

    /// <summary>A loss that ought to be a point of any grid used.</summary>
    public double Offset { get; } = offset;

    /// <summary>The distance of the means over the noise where this is a pair of Gaussians, else NaN. Such pairs compose in closed form.</summary>
    public double GaussianShift { get; init; } = double.NaN;
}
