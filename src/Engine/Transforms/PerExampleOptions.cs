using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Transforms;

/// <summary>A request to <see cref="PerExample"/>.</summary>
internal sealed record PerExampleOptions
{
    /// <summary>What a unit is, and how many there are.</summary>
    public required Axis Units { get; init; }

    /// <summary>Indices of the arguments that are shared by all units and differentiated.</summary>
    public required EquatableArray<int> Parameters { get; init; }

    /// <summary>Indices of arguments that are shared by all units and not differentiated: a step size. All others are data.</summary>
    public EquatableArray<int> Shared { get; init; }

    /// <summary>How contributions are bounded.</summary>
    public PerExampleClip Clip { get; init; }

    /// <summary>The clip norm C, above 0, when it is constant.</summary>
    public double ClipNorm { get; init; }

    /// <summary>γ of a normalised clip, above 0.</summary>
    public double Stabilizer { get; init; }

    /// <summary>The group of each parameter, from 0; empty when all are bounded together.</summary>
    public EquatableArray<int> Groups { get; init; }

    /// <summary>Each group's clip norm, above 0; empty when all are bounded together.</summary>
    public EquatableArray<double> GroupNorms { get; init; }

    /// <summary>The arithmetic whose rounding the norms must cover.</summary>
    public PerExampleRounding Rounding { get; init; } = PerExampleRounding.Single;

    /// <summary>Which form gradients take.</summary>
    public PerExampleForm Form { get; init; }

    /// <summary>The lattice that clipped gradients are rounded to, unit by unit; null for plain sums. Needs a clip.</summary>
    public PerExampleLattice? Lattice { get; init; }

    /// <summary>Whether each group's norms [unit] follow as last results; they are as private as the data.</summary>
    public bool WithNorms { get; init; }
}
