using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// Algebra: the same function with fewer and smaller nodes. A table of rules, applied in one pass from inputs to users, each rule's own
/// nodes through the table again. Results change only by rounding, where a rule says so; NaN and infinity come out where they did.
/// </summary>
internal static class Simplify
{
    /// <summary>A rewriting of <c>op(inputs)</c>, or null where it does not apply.</summary>
    public delegate Node? Rule(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs);

    /// <summary>All rules, tried in order.</summary>
    public static IReadOnlyList<Rule> Rules { get; } =
    [
        // 1. Constants
        SimplifyMaps.FoldConstants, SimplifyMoves.MoveOfFill, SimplifySums.SumOfFill, SimplifySums.MaxOverOfFill,

        // 2. Maps
        SimplifyMaps.ConstantLast, SimplifyMaps.SameOrder, SimplifyMaps.AddZero, SimplifyMaps.SubtractZero, SimplifyMaps.MultiplyOne,
        SimplifyMaps.MultiplyZero, SimplifyMaps.DivideByConstant, SimplifyMaps.NegateNegated, SimplifyMaps.AddNegated,
        SimplifyMaps.MultiplyTwice, SimplifyMaps.MultiplyNegated, SimplifyMaps.SelectDecided, SimplifyMaps.SameTwice, SimplifyMaps.MapOfBroadcasts,

        // 3. Moves
        SimplifyMoves.Identity, SimplifyMoves.ReshapeTwice, SimplifyMoves.TransposeTwice, SimplifyMoves.BroadcastTwice, SimplifyMoves.SliceTwice,
        SimplifyMoves.PadTwice, SimplifyMoves.SliceOfPad, SimplifyMoves.SliceOfConcatenation, SimplifyMoves.SliceOfBroadcast,
        SimplifyMoves.TransposeOfBroadcast, SimplifyMoves.MapOfTransposes, SimplifyMoves.MapOfReshapes, SimplifyMoves.StopGradient,

        // 4. Sums and products
        SimplifySums.SumTwice, SimplifySums.SumOfOnes, SimplifySums.SumOfBroadcast, SimplifySums.SumOfTranspose, SimplifySums.SumOfReshape,
        SimplifySums.SumOfBatchedProduct, SimplifySums.ProductOfBroadcasts,
    ];

    /// <summary>The simplified computation, with the same arguments and results.</summary>
    /// <param name="computation">What to simplify.</param>
    /// <param name="final">Whether nothing will differentiate it any more: stop-gradients then go.</param>
    public static Computation Of(Computation computation, bool final = false)
    {
        Computation simple = new SimplifyGraph(final).Rewrite(computation);
        return final ? new SimplifyGraph(final).Rewrite(AdjointConvolution.Of(simple)) : simple;
    }
}
