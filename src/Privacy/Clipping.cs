using System.Globalization;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Privacy;

/// <summary>
/// How the contribution of one unit is bounded, the rule and its numbers: public constants, part of the plan's hash. Checked by
/// <see cref="PrivacyPlanBuilder.Build"/>.
/// </summary>
/// <remarks>
/// With g the unit's gradient and ‖·‖ computed with its rounding added, so that no contribution is longer than it says:
/// <list type="table">
/// <item><term><see cref="Flat"/></term><description>g·min(1, C/‖g‖); longest C (Abadi et al. 2016)</description></item>
/// <item><term><see cref="PerLayer(float)"/></term><description>each layer's part of g likewise, to C/√layers; longest C (McMahan et al. 2018)</description></item>
/// <item><term><see cref="Automatic"/></term><description>g·C/(‖g‖ + γ); shorter than C (Bu et al. 2023, AUTO-S)</description></item>
/// <item><term><see cref="Adaptive"/></term><description>g·min(1, Cₜ/‖g‖) with Cₜ moving from round to round; longest Cₜ (Andrew et al. 2021)</description></item>
/// </list>
/// </remarks>
public sealed record Clipping
{
    private const float Shortest = 1e-18f, Longest = 1e18f;

    private Clipping(ClippingKind kind, float norm) => (Kind, Norm) = (kind, norm);

    /// <summary>The rule.</summary>
    public ClippingKind Kind { get; }

    /// <summary>The longest a whole contribution may be, the sensitivity of the sum; in the first round for <see cref="ClippingKind.Adaptive"/>.</summary>
    public float Norm { get; }

    /// <summary>The norm of each layer in the model's order, where they were given; otherwise empty.</summary>
    public IReadOnlyList<float> LayerNorms { get; private init; } = default(EquatableArray<float>);

    /// <summary>γ of <see cref="Automatic"/>; otherwise 0.</summary>
    public double Stabilizer { get; private init; }

    /// <summary>The share of units that the norm of <see cref="Adaptive"/> leaves unclipped in the end; otherwise 0.</summary>
    public double Quantile { get; private init; }

    /// <summary>How fast the norm of <see cref="Adaptive"/> moves; otherwise 0.</summary>
    public double Rate { get; private init; }

    /// <summary>The part of the budget that <see cref="Adaptive"/> spends on counting; otherwise 0.</summary>
    public double Share { get; private init; }

    /// <summary>All parameters together to one norm.</summary>
    /// <param name="norm">C, finite and above 0.</param>
    public static Clipping Flat(float norm) => new(ClippingKind.Flat, norm);

    /// <summary>Each of the model's layers to C/√layers, so that the whole is at most C long. A layer is what shares a name up to the last dot.</summary>
    /// <param name="norm">C, finite and above 0, of the whole.</param>
    public static Clipping PerLayer(float norm) => new(ClippingKind.PerLayer, norm);

    /// <summary>Each of the model's layers to a norm of its own; the whole is at most √(Σ norm²) long, which is what the noise is made for.</summary>
    /// <param name="norms">One for each layer that has parameters, in the model's order; finite and above 0.</param>
    public static Clipping PerLayer(params ReadOnlySpan<float> norms)
    {
        double squares = 0;
        foreach (float norm in norms)
        {
            squares += norm > 0 ? (double)norm * norm : double.NaN;
        }

        return new(ClippingKind.PerLayer, RoundUp(Math.Sqrt(squares))) { LayerNorms = EquatableArray.Create(norms) };
    }

    /// <summary>
    /// Every gradient to nearly the same length: nothing has to be tuned, as C only scales the learning rate (Bu, Wang, Zha and Karypis 2023, "Automatic
    /// clipping", arXiv 2206.07136, AUTO-S).
    /// </summary>
    /// <param name="norm">C, finite and above 0.</param>
    /// <param name="stabilizer">γ, at least 1e-30 and finite: gradients much shorter than it stay short.</param>
    public static Clipping Automatic(float norm = 1, double stabilizer = 0.01) => new(ClippingKind.Automatic, norm) { Stabilizer = stabilizer };

    /// <summary>
    /// To a norm that follows a quantile of the gradients' norms (Andrew, Thakkar, McMahan and Ramaswamy 2021, "Differentially private learning with adaptive
    /// clipping", arXiv 1905.03871): each round also counts, with noise, how many units were not clipped, and <c>Cₜ₊₁ = Cₜ·exp(-rate·(counted share - quantile))</c>.
    /// The plan's noise multiplier z pays for both: see <see cref="PrivacyPlan.GradientNoiseMultiplier"/>.
    /// </summary>
    /// <param name="first">C₀, finite and above 0; the norm moves by about a third in a round at most, so its size matters little.</param>
    /// <param name="quantile">The share of units to leave unclipped, in (0, 1).</param>
    /// <param name="rate">η in (0, 2].</param>
    /// <param name="share">The part of 1/z² that the count takes, in (0, 0.5]: it gets noise of standard deviation z/(2√share).</param>
    public static Clipping Adaptive(float first = 1, double quantile = 0.5, double rate = 0.2, double share = 0.01) =>
        new(ClippingKind.Adaptive, first) { Quantile = quantile, Rate = rate, Share = share };

    /// <summary>In a few words, for people.</summary>
    public override string ToString() => Kind switch
    {
        ClippingKind.PerLayer when LayerNorms.Count > 0 =>
            string.Create(CultureInfo.InvariantCulture, $"clipped layer by layer to lengths {string.Join(", ", LayerNorms.Select(norm => norm.ToString(CultureInfo.InvariantCulture)))}, to {Norm} as a whole"),
        ClippingKind.PerLayer => string.Create(CultureInfo.InvariantCulture, $"clipped layer by layer, to length {Norm} as a whole"),
        ClippingKind.Automatic => string.Create(CultureInfo.InvariantCulture, $"scaled to below length {Norm} (stabilizer {Stabilizer})"),
        ClippingKind.Adaptive => string.Create(
            CultureInfo.InvariantCulture, $"clipped to a length that begins at {Norm} and moves so that about {Quantile:0.##%} stay as they are (rate {Rate}, {Share:0.##%} of the budget)"),
        _ => string.Create(CultureInfo.InvariantCulture, $"clipped to length {Norm}"),
    };

    /// <summary>Reports what is out of range.</summary>
    internal void Check(ArgumentErrors errors)
    {
        string call = Kind == ClippingKind.Flat ? "ClipTo(l2Norm), for example with 1" : $"Clipping.{Kind}";
        errors.Require(Norm > 0 && float.IsFinite(Norm), "clipNorm", Norm, "must be finite and above 0", $"Call {call}.");
        errors.Require(
            !(Norm > 0 && float.IsFinite(Norm)) || (Norm is >= Shortest and <= Longest && LayerNorms.All(norm => norm is >= Shortest and <= Longest)),
            "clipNorm",
            LayerNorms.Count > 0 ? LayerNorms.Min() : Norm,
            "must lie in [1e-18, 1e18], so that neither squares nor sums of contributions leave single precision",
            "Scale the loss instead.");
        if (Kind == ClippingKind.Automatic)
        {
            errors.Require(Stabilizer is >= 1e-30 and <= float.MaxValue, "stabilizer", Stabilizer, "must lie in [1e-30, 3e38]", "Leave it out for 0.01.");
        }

        if (Kind == ClippingKind.Adaptive)
        {
            errors.Require(Quantile is > 0 and < 1, "quantile", Quantile, "must lie in (0, 1)", "Give the share of units to leave unclipped, for example 0.5.");
            errors.Require(Rate is > 0 and <= 2, "rate", Rate, "must lie in (0, 2]", "Leave it out for 0.2.");
            errors.Require(Share is > 0 and <= 0.5, "share", Share, "must lie in (0, 0.5]", "Leave it out for 0.01.");
        }
    }

    /// <summary>The group of each parameter and the norm of each group, for a model.</summary>
    /// <exception cref="ArgumentException">Norms were given for another number of layers.</exception>
    internal (int[] Groups, double[] Norms) LayersOf(ParameterLayout layout)
    {
        string[] layers = [.. layout.Parameters.Select(parameter => LayerOf(parameter.Name))];
        string[] names = [.. layers.Distinct()];
        if (LayerNorms.Count > 0 && LayerNorms.Count != names.Length)
        {
            throw new ArgumentException(
                $"Clipping.PerLayer: the model has {names.Length} layers with parameters ({string.Join(", ", names)}); got {LayerNorms.Count} norms. "
                + "Give one for each, or one for the whole.");
        }

        // The share is rounded down, so that the shares' squares add up to no more than the whole's.
        double share = Math.BitDecrement((float)(Norm / Math.Sqrt(names.Length)));
        return ([.. layers.Select(layer => Array.IndexOf(names, layer))], LayerNorms.Count > 0 ? [.. LayerNorms.Select(norm => (double)norm)] : [.. names.Select(_ => share)]);
    }

    /// <summary>The next float32 that is not below.</summary>
    internal static float RoundUp(double exact)
    {
        float rounded = (float)exact;
        return rounded < exact ? MathF.BitIncrement(rounded) : rounded;
    }

    private static string LayerOf(string parameter) => parameter.LastIndexOf('.') is var dot and >= 0 ? parameter[..dot] : "";
}
