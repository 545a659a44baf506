namespace FastDPMeta.Cli.Data;

/// <summary>
/// Exact-area downsampling of a square one-bit picture, in whole numbers: an output pixel is the mean ink over the square it covers,
/// times 255, rounded half up. Where 105 pixels become 28, each output pixel covers 3.75 × 3.75 of them.
/// </summary>
internal static class AreaDownsampling
{
    /// <summary>Writes <paramref name="output"/>.</summary>
    /// <param name="ink">1 where there is ink and 0 elsewhere, shape <c>[from, from]</c>.</param>
    /// <param name="from">Rows, and columns, of the input.</param>
    /// <param name="output">Shape <c>[to, to]</c>.</param>
    /// <param name="to">Rows, and columns, of the output.</param>
    internal static void Reduce(ReadOnlySpan<byte> ink, int from, Span<byte> output, int to)
    {
        // In units of 1/to of an input pixel, an input pixel is `to` wide and an output pixel `from` wide: all overlaps are whole.
        long area = (long)from * from;
        for (int row = 0; row < to; row++)
        {
            for (int column = 0; column < to; column++)
            {
                long sum = 0;
                for (int y = row * from / to; y * to < (row + 1) * from; y++)
                {
                    long height = Overlap(y, row, from, to);
                    for (int x = column * from / to; x * to < (column + 1) * from; x++)
                    {
                        sum += height * Overlap(x, column, from, to) * ink[(y * from) + x];
                    }
                }

                output[(row * to) + column] = (byte)(((2 * byte.MaxValue * sum) + area) / (2 * area));
            }
        }
    }

    private static int Overlap(int input, int output, int from, int to) =>
        Math.Min((input + 1) * to, (output + 1) * from) - Math.Max(input * to, output * from);
}
