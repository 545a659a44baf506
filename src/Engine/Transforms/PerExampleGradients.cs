using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// Gradients of many units (examples, or tasks), to be clipped unit by unit and summed:
/// <c>loss.PerExample("example", 64, parameters: 2).Clip(1.0).Sum()</c>. Immutable.
/// </summary>
public sealed class PerExampleGradients
{
    private readonly Computation _unit;
    private readonly PerExampleOptions _options;

    internal PerExampleGradients(Computation unit, PerExampleOptions options)
    {
        _unit = unit;
        _options = options;
    }

    /// <summary>The same, each unit's gradient scaled down to a norm of at most <paramref name="norm"/>, all parameters together.</summary>
    /// <param name="norm">The clip norm C, finite and above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="norm"/> is not.</exception>
    public PerExampleGradients Clip(double norm) => norm > 0 && norm <= float.MaxValue
        ? new(_unit, _options with { Clip = PerExampleClip.Constant, ClipNorm = norm })
        : throw new ArgumentOutOfRangeException(nameof(norm), norm, "Clip: the clip norm must be finite and above 0.");

    /// <summary>The same with the clip norm as one more argument, a scalar above 0, behind the mask: it may change without compiling again.</summary>
    public PerExampleGradients ClipToArgument() => new(_unit, _options with { Clip = PerExampleClip.Argument });

    /// <summary>
    /// The sum over units, as a computation. Arguments: those of one unit, data with the unit axis in front; then the mask [unit], 1 for units that are
    /// there and 0 for padding; then the clip norm if it is an argument. Results: for each parameter the sum; sums of objective and extras; then how many
    /// units are real, were clipped, and were left out because a number was not finite. Without a clip the sum is plain and not private.
    /// </summary>
    /// <exception cref="ShapeException">The objective or an extra is no scalar.</exception>
    public Computation Sum() => PerExample.Of(_unit, _options);
}
