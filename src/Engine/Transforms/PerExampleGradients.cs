using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// Gradients of many units (examples, or tasks), to be clipped unit by unit and summed:
/// <c>loss.PerExample("example", 64, parameters: 2).Clip(1.0).Sum()</c>. Immutable.
/// </summary>
public sealed class PerExampleGradients
{
    private const double SmallestStabilizer = 1e-30; // far from numbers that devices flush to zero

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

    /// <summary>
    /// The same, parameters bounded group by group: in each unit the gradient of group k is scaled down to a norm of at most <c>norms[k]</c>. A unit's whole
    /// contribution is then at most √(Σ norms[k]²) long (McMahan et al. 2018, "Learning differentially private recurrent language models", section 3.2).
    /// </summary>
    /// <param name="groups">The group of each parameter, from 0.</param>
    /// <param name="norms">The clip norm of each group, finite and above 0.</param>
    /// <exception cref="ArgumentException">A number is out of range, or a group has no norm.</exception>
    public PerExampleGradients ClipGroups(IReadOnlyList<int> groups, IReadOnlyList<double> norms)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(norms);
        if (groups.Count != _options.Parameters.Count || groups.Any(group => group < 0 || group >= norms.Count) || Enumerable.Range(0, norms.Count).Except(groups).Any() || norms.Any(norm => !(norm > 0 && norm <= float.MaxValue)))
        {
            throw new ArgumentException(
                $"ClipGroups: give each of the {_options.Parameters.Count} parameters a group from 0 to {norms.Count - 1} and each group a parameter and a finite norm above 0; "
                + $"got groups {string.Join(", ", groups)} and norms {string.Join(", ", norms)}.");
        }

        return new(_unit, _options with { Clip = PerExampleClip.Constant, Groups = groups.ToEquatableArray(), GroupNorms = norms.ToEquatableArray() });
    }

    /// <summary>
    /// The same, each unit's gradient scaled to <c>g·C/(‖g‖ + γ)</c>, which is shorter than C whatever g is: no clip norm has to be found (Bu, Wang, Zha and
    /// Karypis 2023, "Automatic clipping", arXiv 2206.07136, AUTO-S).
    /// </summary>
    /// <param name="norm">C, finite and above 0; it can be merged with the learning rate.</param>
    /// <param name="stabilizer">γ, finite and above 0: gradients much shorter than it stay short.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public PerExampleGradients Normalize(double norm, double stabilizer = 0.01)
    {
        if (!(norm > 0 && norm <= float.MaxValue && stabilizer >= SmallestStabilizer && stabilizer <= float.MaxValue))
        {
            throw new ArgumentOutOfRangeException(
                nameof(norm), norm, $"Normalize: norm and stabilizer must be finite and above 0; the stabilizer is {stabilizer}.");
        }

        return new(_unit, _options with { Clip = PerExampleClip.Normalized, ClipNorm = norm, Stabilizer = stabilizer });
    }

    /// <summary>The same with the clip norm as one more argument, a scalar above 0, behind the mask: it may change without compiling again.</summary>
    public PerExampleGradients ClipToArgument() => new(_unit, _options with { Clip = PerExampleClip.Argument });

    /// <summary>
    /// The same, each unit's clipped gradient rounded to whole multiples of a step before it is added up: the sum, in steps, is then exact. A unit whose whole numbers are
    /// longer than <paramref name="longestWhole"/> is left out and counted with those that are not finite. Call it after a clip.
    /// </summary>
    /// <param name="step">A power of two.</param>
    /// <param name="longestWhole">In steps; at most 2²².</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is no power of two, or the length is out of range.</exception>
    /// <exception cref="InvalidOperationException">Gradients are not clipped.</exception>
    internal PerExampleGradients RoundTo(double step, double longestWhole)
    {
        if (!(step > 0) || !double.IsFinite(step) || Math.ScaleB(1, Math.ILogB(step)) != step)
        {
            throw new ArgumentOutOfRangeException(nameof(step), step, "RoundTo: the step must be a power of two.");
        }

        if (!(longestWhole >= 1 && longestWhole <= PerExampleLattice.LargestWhole))
        {
            throw new ArgumentOutOfRangeException(nameof(longestWhole), longestWhole, $"RoundTo: the length must lie between 1 and {PerExampleLattice.LargestWhole} steps.");
        }

        return _options.Clip == PerExampleClip.None
            ? throw new InvalidOperationException("RoundTo: gradients that are not clipped have no bound. Call Clip first.")
            : new(_unit, _options with { Form = PerExampleForm.Formed, Lattice = new PerExampleLattice(step, longestWhole) });
    }

    /// <summary>
    /// The sum over units, as a computation. Arguments: those of one unit, data with the unit axis in front; then the mask [unit], 1 for units that are
    /// there and 0 for padding; then the clip norm if it is an argument. Results: for each parameter the sum; sums of objective and extras; then how many
    /// units are real, were clipped, and were left out because a number was not finite. Without a clip the sum is plain and not private.
    /// </summary>
    /// <exception cref="ShapeException">The objective or an extra is no scalar.</exception>
    public Computation Sum() => PerExample.Of(_unit, _options);
}
