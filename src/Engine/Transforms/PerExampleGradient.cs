using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Transforms;

/// <summary>The gradients of all units with respect to one parameter, in a form that gives norms and weighted sums.</summary>
internal abstract class PerExampleGradient
{
    /// <summary>
    /// [unit]: squared norms that are never below those of what <see cref="Sum"/> adds up, rounding included; not finite where a gradient is not.
    /// </summary>
    public abstract Tensor SquaredNorm(PerExampleRounding rounding);

    /// <summary>The weighted sum over units, in the parameter's shape.</summary>
    public abstract Tensor Sum(PerExampleWeights weights);

    /// <summary>The form that costs least for this gradient, [unit, parameter…].</summary>
    public static PerExampleGradient Of(Tensor gradient, Axis units, ContractionMatcher matcher, PerExampleOptions options)
    {
        if (PerExampleNumber.IsZero(gradient) || options.Form == PerExampleForm.Formed || matcher.Match(gradient) is not { } sum)
        {
            return new PerExampleFormed(gradient);
        }

        bool contract = options.Form == PerExampleForm.Contracted || (options.Clip == PerExampleClip.None ? !ContractionCost.Stands(sum) : ContractionCost.PrefersContraction(sum));
        return contract ? new ContractionGradient(sum, units) : new PerExampleFormed(gradient);
    }
}
