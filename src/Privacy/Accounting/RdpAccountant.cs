namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Adds up releases of any kind by Rényi divergence and answers with (ε, δ). Each mechanism may see the results of
/// earlier ones. Its rate and noise must be fixed beforehand: the best order is chosen at the end, which is proved for fixed parameters only
/// (a filter for parameters chosen on the way needs one order fixed in advance: Feldman and Zrnic 2021, "Individual Privacy Accounting via a Rényi Filter").
/// </summary>
/// <remarks>
/// <para>One relation for all; an event that is not accounted for under its relation is refused.</para>
/// <para>Lots that may be cut are accounted for in two ways, by moments that include the cut and by a part of δ that pays for it; the smaller ε counts.</para>
/// Divergences of independent mechanisms add (Mironov 2017, "Rényi Differential Privacy", proposition 1). Equal releases share one entry: charging such an event again costs one addition and allocates nothing. An answer costs
/// O(orders) plus a continuous search around the best of them, tens of microseconds an entry. Not thread-safe.
/// </remarks>
public sealed class RdpAccountant
{
    private const double UnitRoundoff = 2.220446049250313e-16;

    /// <summary>How far on both sides of the best order whole orders are tried.</summary>
    private const int WholeOrdersBeside = 4;

    private readonly double[] _orders;
    private readonly bool _searches;
    private readonly List<Entry> _entries = [];
    private readonly SingleReleases _pending = new();
    private long _unprotected;
    private long _releases;

    /// <summary>An accountant under adding or removing one unit that optimises the order continuously, beginning from <see cref="DefaultOrders"/>.</summary>
    public RdpAccountant()
        : this(NeighbouringRelation.AddOrRemoveOne)
    {
    }

    /// <summary>An accountant under any relation.</summary>
    /// <param name="neighbours">The relation of every event charged.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such relation.</exception>
    public RdpAccountant(NeighbouringRelation neighbours)
    {
        if (!Enum.IsDefined(neighbours))
        {
            throw new ArgumentOutOfRangeException(nameof(neighbours), neighbours, "The relation must be AddOrRemoveOne, ReplaceOne or ReplaceWithNothing.");
        }

        _orders = [.. DefaultOrders];
        _searches = true;
        Neighbours = neighbours;
    }

    /// <summary>An accountant of these orders only, for comparison with others; its ε is larger or equal.</summary>
    /// <param name="orders">Each above 1 and finite; at least one.</param>
    /// <exception cref="ArgumentException">There is no order, or one is not above 1.</exception>
    public RdpAccountant(IEnumerable<double> orders)
    {
        ArgumentNullException.ThrowIfNull(orders);
        _orders = [.. orders];
        if (_orders.Length == 0 || Array.Exists(_orders, order => !(order > 1) || !double.IsFinite(order)))
        {
            throw new ArgumentException("Rényi orders must be finite and above 1, at least one. Omit them to have the order optimised.", nameof(orders));
        }
    }

    /// <summary>The orders scanned first, where training runs end up; the search goes on from the best of them, to 1e-6 above 1 and up to 1e7.</summary>
    public static IReadOnlyList<double> DefaultOrders { get; } =
    [
        1.05, 1.1, 1.2, 1.35, 1.5, 1.75, 2, 2.25, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 64,
    ];

    /// <summary>Single releases charged, whatever their kind.</summary>
    public long Releases => _releases;

    /// <summary>The relation of every answer.</summary>
    public NeighbouringRelation Neighbours { get; } = NeighbouringRelation.AddOrRemoveOne;

    /// <summary>Adds an event. Either all of it is added or, when this throws, nothing.</summary>
    /// <param name="privacyEvent">What was (or is about to be) released.</param>
    /// <param name="count">How often, ≥ 0.</param>
    /// <exception cref="ArgumentException">The event holds under another relation, or is not accounted for under this one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative, or the total exceeds 2⁶³ releases.</exception>
    public void Charge(PrivacyEvent privacyEvent, long count = 1)
    {
        CheckEvent(privacyEvent, count);
        _pending.List(privacyEvent, count, _unprotected, _releases);
        foreach ((PrivacyEvent release, _) in _pending.Items)
        {
            _ = Find(release) ?? AddEntry(release); // may refuse; nothing has been counted yet
        }

        foreach ((PrivacyEvent release, long times) in _pending.Items)
        {
            Find(release)!.Count += times; // at most the total of releases, which was checked: no overflow
        }

        (_unprotected, _releases) = (_pending.Unprotected, _pending.Total);
    }

    /// <summary>Takes back one event that was charged just before: for asking what a charge would cost.</summary>
    /// <param name="privacyEvent">An event that was charged.</param>
    /// <param name="count">How often it was charged.</param>
    internal void TakeBack(PrivacyEvent privacyEvent, long count = 1)
    {
        _pending.List(privacyEvent, count, 0, 0);
        foreach ((PrivacyEvent release, long times) in _pending.Items)
        {
            Find(release)!.Count -= times;
        }

        _unprotected -= _pending.Unprotected;
        _releases -= _pending.Total;
    }

    /// <summary>The ε of everything charged, at a given δ.</summary>
    /// <param name="delta">δ in (0, 1).</param>
    /// <returns>ε rounded up: 0 when nothing was released (or δ exceeds any possible total variation), ∞ when something was released without noise.</returns>
    /// <exception cref="ArgumentOutOfRangeException">δ is outside (0, 1) or NaN.</exception>
    public PrivacySpent Spent(double delta)
    {
        CheckDelta(delta);
        (double epsilon, double order) = Best(delta, withTails: true);
        if (SumOfTails() is var tails && tails > 0 && tails < delta && Best(WithoutTails(delta, tails), withTails: false) is var other && other.Epsilon < epsilon)
        {
            (epsilon, order) = other;
        }

        return new PrivacySpent(epsilon, delta, order, _releases, Neighbours);
    }

    /// <summary>The δ of everything charged, at a given ε: the least over all orders, and never above the total variation distance.</summary>
    /// <param name="epsilon">ε ≥ 0 and finite.</param>
    /// <returns>δ in [0, 1], rounded up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">ε is negative, infinite or NaN.</exception>
    public double Delta(double epsilon)
    {
        if (!(epsilon >= 0) || double.IsInfinity(epsilon))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "ε must be finite and at least 0.");
        }

        if (_unprotected > 0 || NothingReleased())
        {
            return _unprotected > 0 ? 1 : 0;
        }

        double delta = Delta(epsilon, withTails: true);
        double tails = SumOfTails();
        return tails > 0 ? Math.Min(delta, Math.BitIncrement(Delta(epsilon, withTails: false) + tails)) : delta;
    }

    private double Delta(double epsilon, bool withTails)
    {
        DeltaObjective objective = new(this, epsilon, withTails);
        double logDelta = Scan(ref objective, out _);
        double byVariation = RdpConversion.LargestUsefulDelta(Divergence(_orders[0], withTails));
        return Math.Min(byVariation, Math.BitIncrement(Math.Exp(Math.Min(0, logDelta)) * (1 + 1e-15)));
    }

    /// <summary>Rényi divergence of everything charged.</summary>
    /// <param name="order">α > 1, finite.</param>
    /// <returns>D_α ≥ 0, rounded up; ∞ when something was released without noise.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The order is not above 1, or not finite.</exception>
    public double RenyiDivergence(double order)
    {
        if (!(order > 1) || double.IsInfinity(order))
        {
            throw new ArgumentOutOfRangeException(nameof(order), order, "A Rényi order must be finite and above 1.");
        }

        return _unprotected > 0 ? double.PositiveInfinity : Divergence(order, withTails: true);
    }

    private (double Epsilon, double Order) Best(double delta, bool withTails)
    {
        if (_unprotected > 0)
        {
            return (double.PositiveInfinity, double.NaN);
        }

        if (NothingReleased() || (_searches && delta >= RdpConversion.LargestUsefulDelta(Divergence(_orders[0], withTails))))
        {
            return (0, double.NaN);
        }

        EpsilonObjective objective = new(this, delta, withTails);
        double epsilon = Scan(ref objective, out double order);
        return (epsilon, order);
    }

    /// <summary>The least over the fixed orders, then over the reals around the best of them.</summary>
    private double Scan<T>(ref T objective, out double order)
        where T : struct, IScannedObjective
    {
        int best = 0;
        double least = double.PositiveInfinity;
        for (int i = 0; i < _orders.Length; i++)
        {
            double value = objective.AtFixed(i);
            if (value < least)
            {
                (best, least) = (i, value);
            }
        }

        order = _orders[best];
        if (_searches)
        {
            double searched = OrderSearch.Minimize(ref objective, order, out double found);
            (least, order) = searched < least ? (searched, found) : (least, order);
            SearchWholeOrders(ref objective, ref least, ref order);
        }

        return least;
    }

    /// <summary>Bounds that are known at whole orders have a kink at each of them, so valleys of their own.</summary>
    private void SearchWholeOrders<T>(ref T objective, ref double least, ref double order)
        where T : struct, IScannedObjective
    {
        bool hasKinks = false;
        foreach (Entry entry in _entries)
        {
            hasKinks |= entry.Count > 0 && entry.Bound is WholeOrderMoments;
        }

        double centre = Math.Round(order);
        for (int i = hasKinks && centre < 1e6 ? -WholeOrdersBeside : 1; i <= (hasKinks ? WholeOrdersBeside : 0); i++)
        {
            double whole = centre + i;
            double value = whole >= 2 ? objective.At(whole) : double.PositiveInfinity;
            (least, order) = value < least ? (value, whole) : (least, order);
        }
    }

    private double Divergence(double order, bool withTails)
    {
        double sum = 0;
        foreach (Entry entry in _entries)
        {
            // Taken back entries stay with a count of 0, and 0·∞ is not a number.
            sum += entry.Count == 0 ? 0 : entry.Count * (withTails ? entry.Bound.LogMoment(order) : entry.Bound.LogMomentWithoutTail(order));
        }

        return sum * (1 + (_entries.Count * UnitRoundoff)) / (order - 1);
    }

    private double DivergenceAtFixed(int index, bool withTails)
    {
        double sum = 0;
        foreach (Entry entry in _entries)
        {
            sum += entry.Count == 0 ? 0 : entry.Count * (withTails ? entry.LogMoments[index] : entry.LogMomentsWithoutTail[index]);
        }

        return sum * (1 + (_entries.Count * UnitRoundoff)) / (_orders[index] - 1);
    }

    /// <summary>What δ pays where the moments leave the tails out: the probability that any of them happens, at most.</summary>
    private double SumOfTails()
    {
        double sum = 0;
        foreach (Entry entry in _entries)
        {
            sum += entry.Count * entry.Bound.Tail;
        }

        return sum * (1 + ((_entries.Count + 1) * UnitRoundoff));
    }

    /// <summary>δ' with τ + (1-τ)δ' = δ, rounded down: what is left for everything else given that no tail happened.</summary>
    private static double WithoutTails(double delta, double tails) => Math.Max(double.Epsilon, (delta - tails) / (1 - tails) * (1 - (4 * UnitRoundoff)));

    private bool NothingReleased()
    {
        foreach (Entry entry in _entries)
        {
            if (entry.Count > 0 && entry.Bound.Depends)
            {
                return false;
            }
        }

        return true;
    }

    private Entry? Find(PrivacyEvent release)
    {
        foreach (Entry entry in _entries)
        {
            if (entry.Release.Equals(release))
            {
                return entry;
            }
        }

        return null;
    }

    private Entry AddEntry(PrivacyEvent release)
    {
        Entry entry = new(release, _orders);
        _entries.Add(entry);
        return entry;
    }

    private void CheckEvent(PrivacyEvent privacyEvent, long count)
    {
        ArgumentNullException.ThrowIfNull(privacyEvent);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (privacyEvent.Neighbours != Neighbours)
        {
            throw new ArgumentException(
                $"This account holds under {Neighbours}; the event holds under {privacyEvent.Neighbours}, and costs under different relations do not add. State it under {Neighbours}.",
                nameof(privacyEvent));
        }
    }

    private static void CheckDelta(double delta)
    {
        if (!(delta > 0 && delta < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "δ must lie strictly between 0 and 1. Choose it well below 1 / population.");
        }
    }

    private interface IScannedObjective : IOrderObjective
    {
        double AtFixed(int index);
    }

    private readonly struct EpsilonObjective(RdpAccountant accountant, double delta, bool withTails) : IScannedObjective
    {
        public double At(double order) => RdpConversion.Epsilon(order, accountant.Divergence(order, withTails), delta);

        public double AtFixed(int index) => RdpConversion.Epsilon(accountant._orders[index], accountant.DivergenceAtFixed(index, withTails), delta);
    }

    private readonly struct DeltaObjective(RdpAccountant accountant, double epsilon, bool withTails) : IScannedObjective
    {
        public double At(double order) => RdpConversion.LogDelta(order, accountant.Divergence(order, withTails), epsilon);

        public double AtFixed(int index) => RdpConversion.LogDelta(accountant._orders[index], accountant.DivergenceAtFixed(index, withTails), epsilon);
    }

    private sealed class Entry
    {
        public Entry(PrivacyEvent release, double[] orders)
        {
            Release = release;
            Bound = release.Bound();
            LogMoments = Array.ConvertAll(orders, Bound.LogMoment);
            LogMomentsWithoutTail = Bound.Tail > 0 ? Array.ConvertAll(orders, Bound.LogMomentWithoutTail) : LogMoments;
        }

        public PrivacyEvent Release { get; }

        public MomentBound Bound { get; }

        public double[] LogMoments { get; }

        public double[] LogMomentsWithoutTail { get; }

        public long Count { get; set; }
    }
}
