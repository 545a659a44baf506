using FastDPMeta.Privacy.Accounting.Certified;

namespace FastDPMeta.Privacy.Accounting.Contour;

/// <summary>The δ of the line that an engine has prepared.</summary>
/// <param name="engine">The engine.</param>
internal readonly struct ContourCurve(ContourEngine engine) : IDeltaCurve
{
    /// <inheritdoc/>
    public DeltaPoint At(double epsilon) => engine.At(epsilon);
}
