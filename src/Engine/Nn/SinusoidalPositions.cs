using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Adds to each position p sines and cosines of it (Vaswani et al. 2017, section 3.5): feature 2i gets <c>sin(p/10000^(2i/features))</c>, feature
/// 2i + 1 the cosine. From [position, feature] to the same shape; no parameters.
/// </summary>
/// <param name="name">Name; <c>positions</c> unless given.</param>
public sealed class SinusoidalPositions(string name = "positions") : StepLayer(name)
{
    private const double Longest = 10_000;

    private protected override Shape Result(Shape input) => input;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters)
    {
        (int positions, int features) = (input.Shape[0], input.Shape[1]);
        float[] table = new float[positions * features];
        for (int i = 0; i < table.Length; i++)
        {
            (int position, int feature) = (i / features, i % features);
            double angle = position / Math.Pow(Longest, (double)(feature - (feature % 2)) / features);
            table[i] = (float)(feature % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
        }

        return input + input.Literal(input.Shape, table);
    }
}
