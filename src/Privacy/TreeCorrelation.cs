using System.Numerics;

namespace FastDPMeta.Privacy;

/// <summary>
/// Node (l, i) covers rounds i·2ˡ to (i + 1)·2ˡ - 1, with i even: only such nodes are ever part of a prefix, so the others are never released. The noise of a round is
/// that of the prefix that ends with it minus that of the prefix before.
/// </summary>
internal sealed class TreeCorrelation : NoiseCorrelation
{
    private const int LevelShift = 48;

    /// <inheritdoc/>
    public override string ToString() => "a binary tree";

    /// <inheritdoc/>
    internal override int MostTerms(int rounds) => BitOperations.Log2((uint)rounds) + 1;

    /// <inheritdoc/>
    internal override int Terms(long round, Span<NoiseTerm> terms)
    {
        long prefix = round + 1;
        int level = BitOperations.TrailingZeroCount(prefix);
        terms[0] = new NoiseTerm(Node(level, prefix), 1);
        for (int below = 0; below < level; below++)
        {
            terms[below + 1] = new NoiseTerm(Node(below, round), -1); // the prefix before has all of these
        }

        return level + 1;
    }

    /// <summary>Σ over nodes of the square of how often the unit is in the node.</summary>
    private protected override double SquaredSensitivity(int rounds, int separation)
    {
        double largest = 0;
        for (int first = 0; first < Math.Min(separation, rounds); first++)
        {
            double sum = 0;
            for (int level = 0; 1L << level <= rounds; level++)
            {
                long node = -1, count = 0;
                for (long round = first; round < rounds; round += separation)
                {
                    if (round >> level != node)
                    {
                        sum += Square(node, count, level, rounds);
                        (node, count) = (round >> level, 0);
                    }

                    count++;
                }

                sum += Square(node, count, level, rounds);
            }

            largest = Math.Max(largest, sum);
        }

        return largest;
    }

    private protected override double VarianceOfSum(int rounds) => BitOperations.PopCount((uint)rounds);

    /// <summary>0 for nodes that no prefix is made of: those with an odd number, and those that the run does not fill.</summary>
    private static double Square(long node, long count, int level, int rounds) =>
        node < 0 || (node & 1) == 1 || (node + 1) << level > rounds ? 0 : (double)count * count;

    /// <summary>The node of a level that ends where the prefix, its lower digits cleared, ends.</summary>
    private static ulong Node(int level, long prefix) => ((ulong)level << LevelShift) | (ulong)((prefix >> level) - 1);
}
