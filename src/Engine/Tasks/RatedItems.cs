namespace FastDPMeta.Engine.Tasks;

/// <summary>One person's ratings: everything that the person contributed, and nothing else about the person.</summary>
public sealed class RatedItems
{
    private readonly int[] _items;
    private readonly float[] _ratings;

    /// <summary>Ratings of one person.</summary>
    /// <param name="items">Numbers of the items, from 0.</param>
    /// <param name="ratings">The rating of each.</param>
    /// <exception cref="ArgumentException">There is nothing, lengths differ, a number is negative or a rating not finite.</exception>
    public RatedItems(ReadOnlySpan<int> items, ReadOnlySpan<float> ratings)
    {
        if (items.Length == 0 || items.Length != ratings.Length)
        {
            throw new ArgumentException($"RatedItems: needs as many ratings as items, at least 1; got {items.Length} items and {ratings.Length} ratings.", nameof(ratings));
        }

        (_items, _ratings) = (items.ToArray(), ratings.ToArray());
        if (_items.Any(int.IsNegative) || !_ratings.All(float.IsFinite))
        {
            throw new ArgumentException("RatedItems: item numbers must be at least 0 and ratings finite. Number the items from 0 and leave out ratings that are missing.", nameof(items));
        }
    }

    /// <summary>How many ratings.</summary>
    public int Count => _items.Length;

    /// <summary>Numbers of the items.</summary>
    public ReadOnlySpan<int> Items => _items;

    /// <summary>The rating of each item.</summary>
    public ReadOnlySpan<float> Ratings => _ratings;
}
