namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// The plain model of ratings: mean + offset of the item + offset of the person (Koren 2008, "Factorization meets the neighborhood", section 2.1, by shrunken means instead of least
/// squares). The mean is that of all ratings of the training people; what a person's ratings have above it is shrunk to the person's offset, sum/(ratings + 2); what is left of an item's to the item's
/// offset, sum/(ratings + 5). A new person's offset is sum/(K + 2) over the K known ratings. <b>Not private</b>: a baseline.
/// </summary>
public sealed class BiasModel
{
    private const double PersonShrinkage = 2, ItemShrinkage = 5;

    private readonly double[] _offsets;

    /// <summary>Counts the training people's ratings.</summary>
    /// <param name="people">Who is learned from; at least one.</param>
    /// <param name="items">How many items there are.</param>
    public BiasModel(IReadOnlyList<RatedItems> people, int items)
    {
        ArgumentNullException.ThrowIfNull(people);
        Mean = people.Sum(person => Sum(person)) / people.Sum(person => (double)person.Count);
        (double[] sums, double[] counts) = (new double[items], new double[items]);
        foreach (RatedItems person in people)
        {
            double own = OwnOffset(person);
            for (int i = 0; i < person.Count; i++)
            {
                sums[person.Items[i]] += person.Ratings[i] - Mean - own;
                counts[person.Items[i]]++;
            }
        }

        _offsets = [.. sums.Zip(counts, (sum, count) => sum / (count + ItemShrinkage))];
        Counts = counts;
    }

    /// <summary>Mean of all ratings.</summary>
    public double Mean { get; }

    /// <summary>Offset of each item.</summary>
    public IReadOnlyList<double> Offsets => _offsets;

    /// <summary>Ratings of each item.</summary>
    public IReadOnlyList<double> Counts { get; }

    /// <summary>Predicts one person's ratings.</summary>
    /// <param name="ratings">The person's.</param>
    /// <param name="known">Places of those that may be looked at.</param>
    /// <param name="asked">Places of those to predict.</param>
    /// <param name="predictions">Filled with as many ratings.</param>
    public void Predict(RatedItems ratings, ReadOnlySpan<int> known, ReadOnlySpan<int> asked, Span<double> predictions)
    {
        ArgumentNullException.ThrowIfNull(ratings);
        double above = 0;
        foreach (int place in known)
        {
            above += ratings.Ratings[place] - Mean - _offsets[ratings.Items[place]];
        }

        above /= known.Length + PersonShrinkage;
        for (int i = 0; i < asked.Length; i++)
        {
            predictions[i] = Mean + _offsets[ratings.Items[asked[i]]] + above;
        }
    }

    /// <summary>The offset of an item that a person rated, without what this person said: what somebody new would see. The person must be one of those counted.</summary>
    /// <param name="person">Who is left out.</param>
    /// <param name="place">Place of the rating in the person's <see cref="RatedItems"/>.</param>
    public double OffsetWithout(RatedItems person, int place)
    {
        ArgumentNullException.ThrowIfNull(person);
        int item = person.Items[place];
        double count = Counts[item] + ItemShrinkage;
        return ((_offsets[item] * count) - (person.Ratings[place] - Mean - OwnOffset(person))) / (count - 1);
    }

    private double OwnOffset(RatedItems person) => (Sum(person) - (Mean * person.Count)) / (person.Count + PersonShrinkage);

    private static double Sum(RatedItems person)
    {
        double sum = 0;
        foreach (float rating in person.Ratings)
        {
            sum += rating;
        }

        return sum;
    }
}
