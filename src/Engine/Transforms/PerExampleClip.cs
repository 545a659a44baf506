namespace FastDPMeta.Engine.Transforms;

/// <summary>How contributions are bounded.</summary>
internal enum PerExampleClip
{
    /// <summary>Not at all: for the non-private twin of a private step. No norm is computed.</summary>
    None,

    /// <summary>To a norm known now.</summary>
    Constant,

    /// <summary>To a norm given as the last argument, a scalar above 0.</summary>
    Argument,

    /// <summary>Always scaled, to less than a norm known now: C/(‖g‖ + γ).</summary>
    Normalized,
}
