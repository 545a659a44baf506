using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Cli.Molecules;

/// <summary>
/// A random forest over bits (Breiman 2001), as the usual libraries have it by default: trees on bootstrap samples, each split the best by Gini impurity of √bits features
/// drawn at random, drawn further until one of them divides the node; grown until leaves are pure; the score is the mean over trees of the leaf's share
/// of positives.
/// </summary>
internal sealed class RandomForest
{
    private readonly Tree[] _trees;

    private RandomForest(Tree[] trees) => _trees = trees;

    /// <summary>Nodes of the largest tree, leaves included.</summary>
    internal int LargestTree => _trees.Max(tree => tree.Nodes.Count);

    /// <summary>Grows a forest.</summary>
    /// <param name="rows">[example][byte], bits with the least significant first, all of one length.</param>
    /// <param name="positives">A mark for each.</param>
    /// <param name="trees">How many trees.</param>
    /// <param name="random">Bootstrap and features.</param>
    internal static RandomForest Grow(byte[][] rows, bool[] positives, int trees, RandomStream random)
    {
        int bits = rows[0].Length * 8;
        int[] features = [.. Enumerable.Range(0, bits)];
        Tree[] grown = new Tree[trees];
        for (int i = 0; i < trees; i++)
        {
            int[] bootstrap = new int[rows.Length];
            for (int row = 0; row < bootstrap.Length; row++)
            {
                bootstrap[row] = random.NextInt(rows.Length);
            }

            grown[i] = new Tree();
            new Growth(rows, positives, features, (int)Math.Sqrt(bits), random, grown[i]).Node(bootstrap);
        }

        return new RandomForest(grown);
    }

    /// <summary>Mean over trees of the leaf's share of positives, from 0 to 1.</summary>
    /// <param name="bits">As long as the rows it was grown on.</param>
    internal double Score(ReadOnlySpan<byte> bits)
    {
        double sum = 0;
        foreach (Tree tree in _trees)
        {
            sum += tree.Leaf(bits);
        }

        return sum / _trees.Length;
    }

    private static bool Bit(ReadOnlySpan<byte> bits, int feature) => (bits[feature >> 3] & (1 << (feature & 7))) != 0;

    /// <summary>Nodes one after another; a leaf has feature -1.</summary>
    private sealed class Tree
    {
        internal List<(int Feature, int Without, int With, double Share)> Nodes { get; } = [];

        internal double Leaf(ReadOnlySpan<byte> bits)
        {
            int node = 0;
            while (Nodes[node].Feature >= 0)
            {
                node = Bit(bits, Nodes[node].Feature) ? Nodes[node].With : Nodes[node].Without;
            }

            return Nodes[node].Share;
        }
    }

    private sealed class Growth(byte[][] rows, bool[] positives, int[] features, int tried, RandomStream random, Tree tree)
    {
        /// <summary>Grows the node of these rows and all below it; its number.</summary>
        internal int Node(int[] members)
        {
            int number = tree.Nodes.Count;
            int positive = members.Count(row => positives[row]);
            tree.Nodes.Add((-1, 0, 0, (double)positive / members.Length));
            int feature = positive == 0 || positive == members.Length ? -1 : Best(members, positive);
            if (feature >= 0)
            {
                int without = Node([.. members.Where(row => !Bit(rows[row], feature))]);
                int with = Node([.. members.Where(row => Bit(rows[row], feature))]);
                tree.Nodes[number] = (feature, without, with, 0);
            }

            return number;
        }

        /// <summary>The feature that divides best; -1 where none does, rows of different marks being equal.</summary>
        private int Best(int[] members, int positive)
        {
            double least = double.PositiveInfinity;
            int best = -1;
            for (int i = 0; i < features.Length && (i < tried || best < 0); i++)
            {
                int other = i + random.NextInt(features.Length - i);
                (features[i], features[other]) = (features[other], features[i]);
                int with = 0, positiveWith = 0;
                foreach (int row in members)
                {
                    if (Bit(rows[row], features[i]))
                    {
                        with++;
                        positiveWith += positives[row] ? 1 : 0;
                    }
                }

                if (with > 0 && with < members.Length)
                {
                    double impurity = Impurity(positiveWith, with) + Impurity(positive - positiveWith, members.Length - with);
                    if (impurity < least)
                    {
                        (least, best) = (impurity, features[i]);
                    }
                }
            }

            return best;
        }

        /// <summary>Gini impurity times the number of rows, over two.</summary>
        private static double Impurity(int positive, int count) => positive * (double)(count - positive) / count;
    }
}
