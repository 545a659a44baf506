namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// A budget that may be spent adaptively: what is released next, its noise and its rate, may depend on all earlier results. One Rényi order is fixed beforehand; as long as the divergences charged add up to no more
/// than the budget's at that order, (ε, δ) holds (Feldman and Zrnic 2021, "Individual privacy accounting via a Rényi filter", theorem 3.1; Lécuyer 2021, "Practical privacy filters and odometers with Rényi differential privacy").
/// </summary>
/// <remarks>Privacy loss distributions and contours are tighter, but no filters: they hold for parameters fixed beforehand. A charge costs one moment. Not thread-safe.</remarks>
public sealed class PrivacyFilter
{
    private readonly RdpAccountant _accountant;

    /// <summary>A filter.</summary>
    /// <param name="epsilon">ε > 0, finite.</param>
    /// <param name="delta">δ in (0, 1).</param>
    /// <param name="neighbours">The relation of every event.</param>
    /// <param name="order">α > 1, chosen without looking at results; by default the one that allows the most Gaussian noise, 1 + √(log(1/δ)/ρ) for the ρ that the budget allows.</param>
    /// <exception cref="ArgumentException">An argument is out of range, or the budget proves nothing at this order.</exception>
    public PrivacyFilter(double epsilon, double delta, NeighbouringRelation neighbours = NeighbouringRelation.AddOrRemoveOne, double? order = null)
    {
        new ArgumentErrors(nameof(PrivacyFilter)).Epsilon(epsilon).Delta(delta)
            .Require(order is null || (order > 1 && double.IsFinite(order.Value)), nameof(order), order ?? 0, "must be finite and above 1", "Leave it out to have it chosen.").Throw();
        _accountant = new RdpAccountant(neighbours);
        (Epsilon, Delta) = (epsilon, delta);
        Order = order ?? BestOrder(epsilon, delta);
        Budget = Allowed(Order, epsilon, delta);
        if (!(Budget > 0))
        {
            throw new ArgumentException($"At order {Order:g} not even a release of nothing proves ε = {epsilon:g} at δ = {delta:g}. Give a larger order, or leave it out.", nameof(order));
        }
    }

    /// <summary>ε of the budget.</summary>
    public double Epsilon { get; }

    /// <summary>δ of the budget.</summary>
    public double Delta { get; }

    /// <summary>The order fixed beforehand.</summary>
    public double Order { get; }

    /// <summary>The divergence at <see cref="Order"/> that may be spent.</summary>
    public double Budget { get; }

    /// <summary>The relation of every event.</summary>
    public NeighbouringRelation Neighbours => _accountant.Neighbours;

    /// <summary>The divergence spent so far.</summary>
    public double Spent => _accountant.RenyiDivergence(Order);

    /// <summary>Charges an event if it fits. Call before releasing.</summary>
    /// <param name="privacyEvent">What is about to be released.</param>
    /// <returns>False where the budget would be exceeded; nothing is charged then, and nothing may be released.</returns>
    /// <exception cref="ArgumentException">The event holds under another relation.</exception>
    public bool TryCharge(PrivacyEvent privacyEvent)
    {
        _accountant.Charge(privacyEvent);
        if (Spent <= Budget)
        {
            return true;
        }

        _accountant.TakeBack(privacyEvent);
        return false;
    }

    /// <summary>The divergence at an order with which (ε, δ) is just proved, rounded down: ε - log(1 - 1/α) + (log δ + log α)/(α - 1).</summary>
    internal static double Allowed(double order, double epsilon, double delta)
    {
        double price = RdpConversion.Epsilon(order, 1000, delta) - 1000; // the conversion without its clamp at 0
        return (epsilon - price) * (1 - 1e-12);
    }

    /// <summary>The order at which a Gaussian filter allows the most.</summary>
    private static double BestOrder(double epsilon, double delta)
    {
        double best = 2, most = double.NegativeInfinity;
        for (double t = -6; t < 14; t += 0.01)
        {
            double order = 1 + Math.Exp(t);
            double rho = Allowed(order, epsilon, delta) / order;
            (best, most) = rho > most ? (order, rho) : (best, most);
        }

        return best;
    }
}
