namespace FastDPMeta.Privacy.Frontiers;

/// <summary>Which trainings make a frontier: every budget with every key. Fixed before the first of them and kept in the frontier's file.</summary>
public sealed class FrontierDesign
{
    /// <summary>A design.</summary>
    /// <param name="name">What is trained, for people.</param>
    /// <param name="epsilons">Budgets, each above 0, none twice; ∞ stands for training without privacy.</param>
    /// <param name="keys">At least two, none twice: one alone has no interval.</param>
    /// <param name="delta">δ in (0, 1) of every training and of all of them together.</param>
    /// <param name="settings">Whatever else decides the results, as text: whoever resumes reads it back.</param>
    /// <exception cref="ArgumentException">Something is out of range; the message lists all of it.</exception>
    public FrontierDesign(string name, IReadOnlyList<double> epsilons, IReadOnlyList<ulong> keys, double delta, string settings)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(epsilons);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentErrors errors = new(nameof(FrontierDesign));
        errors.Require(
            epsilons.Count > 0 && epsilons.All(epsilon => epsilon > 0) && epsilons.Distinct().Count() == epsilons.Count,
            nameof(epsilons), string.Join(", ", epsilons), "must be at least one, each above 0 and none twice", "Give budgets such as 1, 3 and 8.");
        errors.Require(
            keys.Count >= 2 && keys.Distinct().Count() == keys.Count,
            nameof(keys), string.Join(", ", keys), "must be at least two and none twice", "One training alone says nothing about its spread: give about five.");
        errors.Delta(delta).Throw();
        (Name, Epsilons, Keys, Delta, Settings) = (name, [.. epsilons.Order()], [.. keys], delta, settings);
    }

    /// <summary>What is trained, for people.</summary>
    public string Name { get; }

    /// <summary>Budgets in rising order, ∞ last.</summary>
    public IReadOnlyList<double> Epsilons { get; }

    /// <summary>Keys in the order given.</summary>
    public IReadOnlyList<ulong> Keys { get; }

    /// <summary>δ.</summary>
    public double Delta { get; }

    /// <summary>Whatever else decides the results.</summary>
    public string Settings { get; }

    /// <summary>All trainings, key by key, so that a frontier that is interrupted has all budgets with some keys.</summary>
    public IEnumerable<FrontierCell> Cells => Keys.SelectMany(key => Epsilons.Select(epsilon => new FrontierCell(epsilon, key)));
}
