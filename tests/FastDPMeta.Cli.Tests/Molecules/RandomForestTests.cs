using FastDPMeta.Cli.Molecules;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Cli.Tests.Molecules;

public sealed class RandomForestTests
{
    [Fact]
    public void Leaves_are_pure_so_a_forest_on_different_rows_knows_them_again()
    {
        byte[][] rows = [.. Enumerable.Range(0, 20).Select(row => new byte[] { (byte)row, (byte)(row * 37), 0, 0 })];
        bool[] positives = [.. Enumerable.Range(0, 20).Select(row => row % 3 == 0)];
        RandomForest forest = Grow(rows, positives, trees: 300);
        for (int row = 0; row < rows.Length; row++)
        {
            // A tree has seen a row with probability 1 - (19/20)²⁰ = 0.64, and is right about it then.
            Assert.Equal(positives[row], forest.Score(rows[row]) > 0.5);
        }
    }

    [Fact]
    public void Where_one_bit_alone_decides_every_tree_finds_it_among_thousands_of_bits_that_divide_nothing()
    {
        byte[][] rows = [.. Enumerable.Range(0, 20).Select(row => new byte[256])];
        bool[] positives = [.. Enumerable.Range(0, 20).Select(row => row < 10)];
        for (int row = 0; row < 10; row++)
        {
            rows[row][77] = 8;
        }

        RandomForest forest = Grow(rows, positives, trees: 50);

        // Only a bootstrap of one kind alone, of probability 2⁻¹⁹, does not divide.
        Assert.Equal(1, forest.Score(rows[0]));
        Assert.Equal(0, forest.Score(rows[15]));
    }

    [Fact]
    public void Equal_rows_with_different_marks_end_in_a_leaf_of_their_share()
    {
        byte[][] rows = [.. Enumerable.Range(0, 40).Select(_ => new byte[] { 1 })];
        bool[] positives = [.. Enumerable.Range(0, 40).Select(row => row < 10)];
        double score = Grow(rows, positives, trees: 400).Score([1]);

        // A tree's share has deviation √(0.25·0.75/40) = 0.068; six of the mean over 400 trees: 0.021.
        Assert.InRange(score, 0.25 - 0.021, 0.25 + 0.021);
    }

    [Fact]
    public void Of_the_bits_that_are_tried_the_purest_division_is_taken()
    {
        // One byte: two of eight bits are tried, and more until one divides. Bit 0 divides cleanly, bit 1 nearly, the others not at all. The first that divides is bit 0 or bit 1 with
        // equal chance; bit 0 is taken if it is that one, or comes among the two tried: 1/2 + 1/2·P(bit 1 first and bit 0 second tried) = 1/2 + (1/8)(1/7).
        byte[][] rows = [.. Enumerable.Range(0, 200).Select(row => new byte[] { (byte)((row < 100 ? 1 : 0) | (row < 90 || row >= 190 ? 2 : 0)) })];
        bool[] positives = [.. Enumerable.Range(0, 200).Select(row => row < 100)];
        double expected = 0.5 + (1 / 56.0);
        int clean = 0;
        const int trees = 4000;
        using RandomKey key = RandomKey.UnsafeFixed(11);
        using RandomStream random = new(key);
        for (int tree = 0; tree < trees; tree++)
        {
            // A tree that divides by bit 0 is done with two leaves; one that begins with bit 1 needs three or four.
            clean += RandomForest.Grow(rows, positives, 1, random).LargestTree == 3 ? 1 : 0;
        }

        // Six standard deviations of 4,000 coins: 0.047.
        Assert.InRange((double)clean / trees, expected - 0.047, expected + 0.047);
    }

    [Fact]
    public void Equal_keys_grow_equal_forests()
    {
        byte[][] rows = [.. Enumerable.Range(0, 20).Select(row => new byte[] { (byte)row, (byte)(row * 91), (byte)(row * 57) })];
        bool[] positives = [.. Enumerable.Range(0, 20).Select(row => row % 2 == 0)];
        byte[] query = [5, 170, 85];
        Assert.Equal(Grow(rows, positives, 10).Score(query), Grow(rows, positives, 10).Score(query));
    }

    private static RandomForest Grow(byte[][] rows, bool[] positives, int trees)
    {
        using RandomKey key = RandomKey.UnsafeFixed(11);
        using RandomStream random = new(key);
        return RandomForest.Grow(rows, positives, trees, random);
    }
}
