using System.Buffers;
using System.Text.Json;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Ledger;

/// <summary>What a shared ledger is for: whom it protects, under which relation, and what all charges together may spend.</summary>
public sealed record SharedBudget
{
    private const double LeastOrder = 1.01, MostOrder = 4096;
    private const int OrdersTried = 400;

    /// <summary>Terms.</summary>
    /// <param name="unit">Whom it protects.</param>
    /// <param name="neighbours">Under which relation; every plan and event charged must hold under it.</param>
    /// <param name="budget">The most that all releases together may reveal; finite, δ in (0, 1).</param>
    /// <param name="order">
    /// The Rényi order at which charges are summed, above 1; where it is left out, the one that allows most Gaussian releases without sampling. For training with sampling take that of a
    /// typical plan, <c>plan.Promise.Order</c>: at an order that is far too high a sampled release costs many times more.
    /// </param>
    /// <exception cref="ArgumentException">The budget or the order is out of range.</exception>
    public SharedBudget(PrivacyUnit unit, NeighbouringRelation neighbours, PrivacyBudget budget, double? order = null)
    {
        if (!(budget.Epsilon > 0 && double.IsFinite(budget.Epsilon)) || !(budget.Delta > 0 && budget.Delta < 1))
        {
            throw new ArgumentException($"SharedBudget: a shared budget needs a finite ε and a δ in (0, 1); got {budget}. Give for instance ε = 3, δ = 1e-6.", nameof(budget));
        }

        if (order is double given && !(given > 1 && double.IsFinite(given)))
        {
            throw new ArgumentException($"SharedBudget: a Rényi order must be finite and above 1; got {order}. Leave it out, or take the Order of a plan's Promise.", nameof(order));
        }

        Unit = unit;
        Neighbours = neighbours;
        Budget = budget;
        Order = order ?? SuitableOrder(budget);
    }

    /// <summary>Whom it protects.</summary>
    public PrivacyUnit Unit { get; }

    /// <summary>Which data sets the guarantee compares.</summary>
    public NeighbouringRelation Neighbours { get; }

    /// <summary>What all charges together may spend.</summary>
    public PrivacyBudget Budget { get; }

    /// <summary>The Rényi order at which charges are summed, fixed when the ledger is begun.</summary>
    public double Order { get; }

    /// <summary>As JSON, for the ledger's first line.</summary>
    internal byte[] Encode()
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("unit", Unit.ToString());
            writer.WriteString("neighbours", Neighbours.ToString());
            writer.WriteNumber("epsilon", Budget.Epsilon);
            writer.WriteNumber("delta", Budget.Delta);
            writer.WriteNumber("order", Order);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The terms in a ledger's first line.</summary>
    /// <exception cref="LedgerException">They are missing or out of range.</exception>
    internal static SharedBudget Decode(string name, LedgerFirstLine first)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(first.Text);
            JsonElement terms = document.RootElement.GetProperty("terms");
            return new SharedBudget(
                Enum.Parse<PrivacyUnit>(terms.GetProperty("unit").GetString() ?? ""),
                Enum.Parse<NeighbouringRelation>(terms.GetProperty("neighbours").GetString() ?? ""),
                new PrivacyBudget(terms.GetProperty("epsilon").GetDouble(), terms.GetProperty("delta").GetDouble()),
                terms.GetProperty("order").GetDouble());
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new LedgerException($"Ledger {name} does not say what it is for: {LedgerChain.OneLine(error)} Restore it from a copy.", error);
        }
    }

    /// <summary>
    /// Gaussian releases of total divergence ρα convert to ρα + log(1 - 1/α) - log(δα)/(α - 1): the order at which the budget allows the largest ρ.
    /// </summary>
    private static double SuitableOrder(PrivacyBudget budget)
    {
        (double best, double most) = (2, double.NegativeInfinity);
        for (int i = 0; i <= OrdersTried; i++)
        {
            double order = 1 + ((LeastOrder - 1) * Math.Pow((MostOrder - 1) / (LeastOrder - 1), (double)i / OrdersTried));
            double room = (budget.Epsilon - RdpConversion.Epsilon(order, 0, budget.Delta)) / order;
            (best, most) = room > most ? (order, room) : (best, most);
        }

        return best;
    }
}
