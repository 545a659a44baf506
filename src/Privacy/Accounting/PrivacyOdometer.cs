namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// A running ε that is valid at every moment of an adaptive run of unknown length: without a budget set beforehand. A ladder of filters, each allowing twice the divergence of the one before and paying its own part of δ, 6δ/π²f² for the f-th;
/// what has been spent is what the first filter allows that has not run out (Lécuyer 2021, "Practical privacy filters and odometers with Rényi differential privacy", theorem 4).
/// </summary>
/// <remarks>Every filter has its own order, fixed beforehand. The price of not knowing the end is at most a factor two in divergence and the smaller δ. Not thread-safe.</remarks>
public sealed class PrivacyOdometer
{
    private const int Steps = 64;

    private readonly RdpAccountant _accountant;
    private readonly double _delta;
    private readonly double _first;

    /// <summary>An odometer.</summary>
    /// <param name="delta">δ in (0, 1), of all answers together.</param>
    /// <param name="neighbours">The relation of every event.</param>
    /// <param name="firstConcentration">ρ of the first filter, as of zCDP; above 0: smaller runs are not told apart.</param>
    /// <exception cref="ArgumentException">An argument is out of range.</exception>
    public PrivacyOdometer(double delta, NeighbouringRelation neighbours = NeighbouringRelation.AddOrRemoveOne, double firstConcentration = 1e-4)
    {
        new ArgumentErrors(nameof(PrivacyOdometer)).Delta(delta)
            .Require(firstConcentration > 0 && double.IsFinite(firstConcentration), nameof(firstConcentration), firstConcentration, "must be finite and above 0", "Leave it out for 1e-4.").Throw();
        _accountant = new RdpAccountant(neighbours);
        (_delta, _first) = (delta, firstConcentration);
    }

    /// <summary>The relation of every event.</summary>
    public NeighbouringRelation Neighbours => _accountant.Neighbours;

    /// <summary>Charges an event; it may depend on all earlier results.</summary>
    /// <param name="privacyEvent">What is released.</param>
    /// <exception cref="ArgumentException">The event holds under another relation.</exception>
    public void Charge(PrivacyEvent privacyEvent) => _accountant.Charge(privacyEvent);

    /// <summary>ε of all that was charged, at the odometer's δ; valid whenever and however often it is asked.</summary>
    /// <returns>0 when nothing was charged; ∞ beyond the last filter.</returns>
    public double Epsilon()
    {
        if (_accountant.Releases == 0)
        {
            return 0;
        }

        for (int f = 1; f <= Steps; f++)
        {
            double rho = _first * Math.Pow(2, f - 1);
            double delta = 6 * _delta / (Math.PI * Math.PI * f * f) * (1 - 1e-15);
            double order = 1 + Math.Sqrt(-Math.Log(delta) / rho);
            double allowed = rho * order;
            if (_accountant.RenyiDivergence(order) <= allowed)
            {
                return RdpConversion.Epsilon(order, allowed, delta);
            }
        }

        return double.PositiveInfinity;
    }
}
