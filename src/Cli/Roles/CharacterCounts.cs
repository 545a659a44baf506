using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Roles;

/// <summary>
/// Predicts the next character from how often it followed the last ones in the training roles, backing off to shorter contexts: what a network must beat. Counts are not private.
/// </summary>
/// <remarks>
/// P(c | h) = (N(h·c) + T(h)·P(c | shorter h)) / (N(h) + T(h)), T(h) being how many different characters followed h; without any context the uniform law stands last.
/// Source: Witten and Bell (1991), method C, in the interpolated form of Chen and Goodman (1999), section 2.5.
/// </remarks>
internal sealed class CharacterCounts
{
    private const int Size = RoleSet.VocabularySize;
    private readonly int[][] _counts; // by length of context: [context, character]

    /// <summary>Counts the text of some roles.</summary>
    /// <param name="data">All roles.</param>
    /// <param name="roles">Those that are counted.</param>
    /// <param name="longest">Characters of the longest context, from 0 to 3.</param>
    internal CharacterCounts(RoleSet data, IEnumerable<Role> roles, int longest)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)longest, 3u);
        _counts = [.. Enumerable.Range(0, longest + 1).Select(length => new int[(int)Math.Pow(Size, length + 1)])];
        foreach (Role role in roles)
        {
            ReadOnlySpan<byte> text = data.TextOf(role);
            for (int at = 0; at < text.Length; at++)
            {
                for (int length = 0; length <= Math.Min(longest, at); length++)
                {
                    _counts[length][(Context(text, at, length) * Size) + text[at]]++;
                }
            }
        }
    }

    /// <summary>Probabilities of the character at a place, from those before it in the same line.</summary>
    /// <param name="line">Characters.</param>
    /// <param name="at">The place, from 0.</param>
    /// <param name="probabilities">Room for one of each character; they add up to 1.</param>
    internal void Predict(ReadOnlySpan<byte> line, int at, Span<double> probabilities)
    {
        probabilities.Fill(1.0 / Size);
        for (int length = 0; length < _counts.Length && length <= at; length++)
        {
            ReadOnlySpan<int> counts = _counts[length].AsSpan(Context(line, at, length) * Size, Size);
            int total = 0, different = 0;
            foreach (int count in counts)
            {
                total += count;
                different += count > 0 ? 1 : 0;
            }

            for (int c = 0; total > 0 && c < Size; c++)
            {
                probabilities[c] = (counts[c] + (different * probabilities[c])) / (total + different);
            }
        }
    }

    /// <summary>Mean bits and accuracy over the query lines of a task.</summary>
    internal (double Bits, double Accuracy) Score(ReadOnlySpan<byte> characters, RoleTasks tasks, int window)
    {
        double bits = 0;
        int right = 0;
        Span<double> probabilities = stackalloc double[Size];
        for (int line = tasks.SupportCount; line < tasks.SupportCount + tasks.QueryCount; line++)
        {
            ReadOnlySpan<byte> read = characters.Slice(line * window, window + 1);
            for (int at = 1; at <= window; at++)
            {
                Predict(read, at, probabilities);
                bits -= Math.Log2(probabilities[read[at]]);
                right += System.Numerics.Tensors.TensorPrimitives.IndexOfMax<double>(probabilities) == read[at] ? 1 : 0;
            }
        }

        double count = (double)tasks.QueryCount * window;
        return (bits / count, right / count);
    }

    private static int Context(ReadOnlySpan<byte> text, int at, int length)
    {
        int context = 0;
        for (int i = at - length; i < at; i++)
        {
            context = (context * Size) + text[i];
        }

        return context;
    }
}
