namespace FastDPMeta.Cli.Training;

/// <summary>Which characters of omniglot a run is measured on; the names are those of <c>--measure-on</c>.</summary>
internal enum MeasuredSplit
{
    /// <summary>The 423 test characters of Vinyals; training has the 1,200 others.</summary>
    Test,

    /// <summary>The 172 validation characters, to choose settings by; training has the 1,028 training characters and the test characters stay unseen.</summary>
    Validation,
}
