using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// The protocol of Altae-Tran, Ramsundar, Pappu and Pande (2017), "Low data drug discovery with one-shot learning", ACS Cent. Sci. 3, 283: a support set of some
/// actives and inactives of an assay is drawn at random, and every other compound that the assay measured is a query. Here a compound is a
/// structure: copies never stand on both sides.
/// </summary>
public sealed class AssayEpisodes
{
    private readonly MoleculeSet _set;
    private readonly RandomKey _key;

    /// <summary>Supports of a size.</summary>
    /// <param name="set">The compounds.</param>
    /// <param name="actives">Active support compounds, at least 1.</param>
    /// <param name="inactives">Inactive support compounds, at least 1.</param>
    /// <param name="seed">Equal seeds draw equal supports on every machine. The actives of a smaller support are among those of a larger one, and so are its inactives.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public AssayEpisodes(MoleculeSet set, int actives, int inactives, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentOutOfRangeException.ThrowIfLessThan(actives, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inactives, 1);
        (_set, Actives, Inactives) = (set, actives, inactives);
        using RandomKey root = RandomKey.UnsafeFixed(seed);
        _key = root.Derive("assay supports");
    }

    /// <summary>Active support compounds.</summary>
    public int Actives { get; }

    /// <summary>Inactive support compounds.</summary>
    public int Inactives { get; }

    /// <summary>Whether an assay has enough structures of both kinds for a support, and one more of each to rank.</summary>
    /// <param name="assay">The assay.</param>
    public bool Fits(int assay)
    {
        IReadOnlyList<int> measured = _set.Measured(assay);
        int actives = measured.Count(compound => _set.Label(compound, assay) == 1);
        return actives > Actives && measured.Count - actives > Inactives;
    }

    /// <summary>One episode: a pure function of seed, assay and number.</summary>
    /// <param name="assay">The assay.</param>
    /// <param name="number">Which of its supports, at least 0.</param>
    /// <exception cref="ArgumentException">The assay has too few compounds: <see cref="Fits"/> says so beforehand.</exception>
    public AssayEpisode Draw(int assay, int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        IReadOnlyList<int> measured = _set.Measured(assay);
        int[] actives = [.. measured.Where(compound => _set.Label(compound, assay) == 1)], inactives = [.. measured.Where(compound => _set.Label(compound, assay) == 0)];
        if (actives.Length <= Actives || inactives.Length <= Inactives)
        {
            throw new ArgumentException(
                $"AssayEpisodes: {_set.Assays[assay].Name} has {actives.Length} active and {inactives.Length} inactive structures; "
                + $"a support of {Actives} and {Inactives} needs more of both. Draw smaller supports.", nameof(assay));
        }

        using RandomStream stream = new(_key, (uint)assay, (ulong)number);
        stream.Shuffle(inactives.AsSpan());
        stream.Shuffle(actives.AsSpan());
        int[] queries = [.. actives[Actives..], .. inactives[Inactives..]];
        Array.Sort(queries);
        return new AssayEpisode(assay, actives[..Actives], inactives[..Inactives], queries);
    }
}
