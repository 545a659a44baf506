namespace FastDPMeta.Cli.Training;

/// <summary>How lots are drawn and noise is shared; the names are those of <c>--sampling</c>.</summary>
internal enum SamplingRule
{
    /// <summary>Every unit independently; each round has its own noise.</summary>
    Poisson,

    /// <summary>Fixed batches in turn; each round has its own noise.</summary>
    Cyclic,

    /// <summary>Fixed batches in turn; rounds share noise by a binary tree.</summary>
    Tree,

    /// <summary>Fixed batches in turn; rounds share noise by a banded matrix.</summary>
    Banded,
}
