namespace FastDPMeta.Cli.Training;

/// <summary>What one unit of privacy is; the names are those of <c>--unit</c>.</summary>
internal enum ProtectedUnit
{
    /// <summary>A whole task: one user is one task.</summary>
    Task,

    /// <summary>One labelled example.</summary>
    Example,
}
