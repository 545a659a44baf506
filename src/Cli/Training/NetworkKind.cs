namespace FastDPMeta.Cli.Training;

/// <summary>The network of omniglot; the names are those of <c>--network</c>.</summary>
internal enum NetworkKind
{
    /// <summary>Four blocks of convolution, group normalisation, pooling and relu.</summary>
    Conv,

    /// <summary>Four dense layers, 256-128-64-64, with layer normalisation.</summary>
    Mlp,
}
