using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// How rating predictions are judged: each person's ratings in a random order, the first K of which are known, all behind the first ten asked for; so every K has the same query sets. Repeated over
/// draws, since one draw is not enough: the deviation over draws is as large as the gain of some more known ratings. Predictions are held within the scale of ratings.
/// </summary>
public sealed class RatingProtocol
{
    /// <summary>Ratings of everybody that are never asked for: the largest K.</summary>
    public const int MostKnown = 10;

    private readonly IReadOnlyList<RatedItems> _people;
    private readonly int[][][] _orders;

    /// <summary>Draws the orders.</summary>
    /// <param name="people">Who is asked about; each has more than ten ratings.</param>
    /// <param name="draws">How often, at least 1.</param>
    /// <param name="seed">Equal seeds give equal orders.</param>
    /// <exception cref="ArgumentException">Someone has no rating left to ask for.</exception>
    public RatingProtocol(IReadOnlyList<RatedItems> people, int draws = 20, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(people);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        if (people.Count == 0 || people.Any(person => person.Count <= MostKnown))
        {
            throw new ArgumentException($"RatingProtocol: needs people with more than {MostKnown} ratings each. Leave out who has fewer.", nameof(people));
        }

        _people = people;
        using RandomKey root = RandomKey.UnsafeFixed(seed);
        using RandomKey key = root.Derive("rating protocol");
        using RandomStream stream = new(key);
        _orders = [.. Enumerable.Range(0, draws).Select(_ => people.Select(person => Shuffled(stream, person.Count)).ToArray())];
    }

    /// <summary>How often everybody is asked.</summary>
    public int Draws => _orders.Length;

    /// <summary>People asked about.</summary>
    public IReadOnlyList<RatedItems> People => _people;

    /// <summary>A person's ratings in the order of a draw: the first ten may be known, the others are asked for.</summary>
    /// <param name="draw">From 0.</param>
    /// <param name="person">From 0.</param>
    public ReadOnlySpan<int> Order(int draw, int person) => _orders[draw][person];

    /// <summary>Scores of predictions.</summary>
    /// <param name="known">K, from 0 to ten.</param>
    /// <param name="predict">
    /// From a person, the places of the K known ratings, and the places asked for, to predictions of the latter: places are those of <see cref="RatedItems"/>.
    /// </param>
    public RatingScores Score(int known, RatingPredictor predict)
    {
        ArgumentNullException.ThrowIfNull(predict);
        ArgumentOutOfRangeException.ThrowIfNegative(known);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(known, MostKnown);
        double[] squared = new double[Draws], absolute = new double[Draws], perPerson = new double[Draws];
        for (int draw = 0; draw < Draws; draw++)
        {
            (double squares, double distances, double means, long count) = (0, 0, 0, 0);
            for (int person = 0; person < _people.Count; person++)
            {
                ReadOnlySpan<int> order = Order(draw, person);
                ReadOnlySpan<int> asked = order[MostKnown..];
                double[] predictions = new double[asked.Length];
                predict(draw, person, order[..known], asked, predictions);
                double own = 0;
                for (int i = 0; i < asked.Length; i++)
                {
                    double error = Math.Clamp(predictions[i], MovieLensSet.Scale.Lowest, MovieLensSet.Scale.Highest) - _people[person].Ratings[asked[i]];
                    squares += error * error;
                    own += Math.Abs(error);
                }

                distances += own;
                means += own / asked.Length;
                count += asked.Length;
            }

            (squared[draw], absolute[draw], perPerson[draw]) = (Math.Sqrt(squares / count), distances / count, means / _people.Count);
        }

        return new RatingScores(squared, absolute, perPerson);
    }

    private static int[] Shuffled(RandomStream stream, int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        stream.Shuffle(order.AsSpan());
        return order;
    }
}
