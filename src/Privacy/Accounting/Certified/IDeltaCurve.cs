namespace FastDPMeta.Privacy.Accounting.Certified;

/// <summary>δ as a function of ε, enclosed.</summary>
internal interface IDeltaCurve
{
    /// <summary>δ at any real ε, with both bounds and the slope dδ/dε &lt; 0 (approximate).</summary>
    DeltaPoint At(double epsilon);
}
