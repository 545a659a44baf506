namespace FastDPMeta.Cli.Training;

/// <summary>The outer update of a learner of tasks; the names are those of <c>--optimizer</c>.</summary>
internal enum OuterRule
{
    /// <summary>Adam.</summary>
    Adam,

    /// <summary>Plain gradient steps, without momentum.</summary>
    Sgd,
}
