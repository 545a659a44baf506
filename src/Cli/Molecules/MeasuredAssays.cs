namespace FastDPMeta.Cli.Molecules;

/// <summary>Which assays are measured on.</summary>
internal enum MeasuredAssays
{
    /// <summary>Those kept for the result.</summary>
    Test,

    /// <summary>Those that settings are chosen by; training has neither them nor the test ones.</summary>
    Validation,
}
