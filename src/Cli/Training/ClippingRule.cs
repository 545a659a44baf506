namespace FastDPMeta.Cli.Training;

/// <summary>How contributions are bounded; the names are those of <c>--clipping</c>.</summary>
internal enum ClippingRule
{
    /// <summary>The whole gradient to <c>--clip</c>.</summary>
    Flat,

    /// <summary>Each layer to a share of <c>--clip</c>.</summary>
    Layer,

    /// <summary>Every gradient to nearly <c>--clip</c>.</summary>
    Automatic,

    /// <summary>To a norm that begins at <c>--clip</c> and follows the median.</summary>
    Adaptive,
}
