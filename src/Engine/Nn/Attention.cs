using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>Attention of one example as functions (Vaswani et al. 2017, section 3.2).</summary>
public static class Attention
{
    // A score that no other is near and whose exponential is 0; finite, so that differences of two of them are no NaN.
    private const double Hidden = -1e30;

    /// <summary>softmax(queries·keysᵀ/√feature)·values, over the positions that each query may see; 0 for a query that may see none.</summary>
    /// <param name="queries">[…, query, feature].</param>
    /// <param name="keys">[…, position, feature].</param>
    /// <param name="values">[…, position, value].</param>
    /// <param name="allowed">1 where a query may see a position, else 0: [query, position], [position], or with all leading axes; all are seen unless given.</param>
    /// <param name="randomness">Where weights to be dropped are drawn from; null keeps all.</param>
    /// <param name="dropout">Probability of dropping a weight.</param>
    /// <returns>[…, query, value].</returns>
    /// <exception cref="ShapeException">Shapes do not fit.</exception>
    public static Tensor Of(Tensor queries, Tensor keys, Tensor values, Tensor? allowed = null, Randomness? randomness = null, double dropout = 0)
    {
        Tensor scores = (queries * (1 / Math.Sqrt(queries.Shape[-1]))).MatMul(keys.SwapLast());
        return Dropout.Of(Softmax(scores, allowed), dropout, randomness).MatMul(values);
    }

    /// <summary>eˣ/Σeˣ along the last axis, from numbers shifted by their maximum so that nothing overflows.</summary>
    /// <param name="scores">x, any shape with an axis.</param>
    /// <param name="allowed">1 for numbers that count, 0 for those whose share is 0; broadcast to the shape. A row without any gives 0.</param>
    public static Tensor Softmax(Tensor scores, Tensor? allowed = null)
    {
        int last = scores.Shape.Rank - 1;
        Axis axis = scores.Shape.Axes[last];
        if (allowed is not { } mask)
        {
            Tensor powers = (scores - scores.MaxOver(-1).BroadcastAt(last, axis).StopGradient()).Exp();
            return powers / powers.Sum(-1).BroadcastAt(last, axis);
        }

        mask = mask.BroadcastTo(scores.Shape);
        Tensor seen = Tensor.Select(mask, scores, scores.Fill(Hidden));
        Tensor shares = Tensor.Select(mask, (seen - seen.MaxOver(-1).BroadcastAt(last, axis).StopGradient()).Exp(), seen.Fill(0));

        // The largest number that counts has power 1, so a sum below it is that of an empty row.
        Tensor sum = shares.Sum(-1);
        return shares / Tensor.Select(sum > 0.5, sum, sum.Fill(1)).BroadcastAt(last, axis);
    }

    /// <summary>[query, position] of 1 where the position is not behind the query, else 0.</summary>
    /// <param name="like">Any tensor of the trace.</param>
    /// <param name="length">Number of queries and positions.</param>
    public static Tensor Causal(Tensor like, int length)
    {
        Tensor numbers = like.Iota(length);
        return 1.0 - (numbers.BroadcastAt(1, length) < numbers.BroadcastAt(0, length));
    }
}
