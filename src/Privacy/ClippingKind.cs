namespace FastDPMeta.Privacy;

/// <summary>By which rule contributions are bounded; see <see cref="Clipping"/>.</summary>
public enum ClippingKind
{
    /// <summary>The whole gradient to one norm.</summary>
    Flat = 0,

    /// <summary>Each layer's gradient to a norm of its own.</summary>
    PerLayer = 1,

    /// <summary>Every gradient scaled to nearly the same norm.</summary>
    Automatic = 2,

    /// <summary>To a norm that follows a quantile of the gradients' norms.</summary>
    Adaptive = 3,
}
