using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// Compounds as examples: the input is a compound's fingerprint, the target what each of several assays found of it, -1 where it was not measured. One
/// structure is one example with <b>all</b> its labels, copies of it included, so that protecting examples protects compounds, however many assays
/// measured them.
/// </summary>
public sealed class AssayPanel : IExampleSource
{
    /// <summary>The target of an assay that did not measure the compound.</summary>
    public const float NotMeasured = -1;

    private readonly MoleculeSet _set;
    private readonly int[] _compounds;
    private readonly float[] _targets;

    /// <summary>The structures of a set that at least one of the assays measured.</summary>
    /// <param name="set">The compounds.</param>
    /// <param name="assays">Which assays, in the order of the target; all different.</param>
    /// <param name="heldOut">Share of structures that are left out, from 0 to below 1 (<see cref="MoleculeSet.IsHeldOut"/>).</param>
    /// <exception cref="ArgumentException">There is no assay, one stands twice or does not exist, or none measured a structure.</exception>
    public AssayPanel(MoleculeSet set, IReadOnlyList<int> assays, double heldOut = 0)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(assays);
        if (assays.Count == 0 || assays.Distinct().Count() != assays.Count || assays.Any(assay => assay < 0 || assay >= set.Assays.Count))
        {
            throw new ArgumentException($"AssayPanel: assays must be different numbers from 0 to {set.Assays.Count - 1}, at least one; got {assays.Count}.", nameof(assays));
        }

        _set = set;
        TargetShape = new Shape(new Axis(assays.Count, "assay"));
        Dictionary<int, float[]> rows = [];
        for (int compound = 0; compound < set.Count; compound++)
        {
            for (int i = 0; i < assays.Count && !set.IsHeldOut(compound, heldOut); i++)
            {
                byte label = set.Label(compound, assays[i]);
                if (label != MoleculeSet.NotMeasured)
                {
                    Note(rows, set.StructureOf(compound), i, label);
                }
            }
        }

        _compounds = [.. rows.Keys.Order()];
        _targets = [.. _compounds.SelectMany(compound => rows[compound])];
        if (_compounds.Length == 0)
        {
            throw new ArgumentException("AssayPanel: none of the assays measured a structure that is not held out. Hold fewer out.", nameof(heldOut));
        }
    }

    /// <inheritdoc/>
    public Shape InputShape => MoleculeSet.InputShape;

    /// <summary>[assay].</summary>
    public Shape TargetShape { get; }

    /// <summary>Number of examples.</summary>
    public int Count => _compounds.Length;

    /// <summary>Which compound of the set each example is.</summary>
    public IReadOnlyList<int> Compounds => _compounds;

    /// <inheritdoc/>
    public void Fill(int example, Span<float> input, Span<float> target)
    {
        _set.FillBits(_compounds[example], input);
        _targets.AsSpan(example * target.Length, target.Length).CopyTo(target);
    }

    /// <summary>Of copies of a structure the first that an assay measured counts.</summary>
    private void Note(Dictionary<int, float[]> rows, int structure, int assay, byte label)
    {
        if (!rows.TryGetValue(structure, out float[]? row))
        {
            row = new float[TargetShape.Count];
            Array.Fill(row, NotMeasured);
            rows.Add(structure, row);
        }

        if (row[assay] == NotMeasured)
        {
            row[assay] = label;
        }
    }
}
