using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// Assays as tasks of two classes, inactive (0) and active (1): support and query compounds are drawn from what an assay measured, as many of each
/// class. Task number n is draw n / assays of assay n mod assays: with as many tasks as assays, one assay is one task, and all that was learned from it
/// is one unit of privacy.
/// </summary>
/// <remarks>
/// Support and query share no structure. A class with fewer compounds than asked for is divided in the ratio of both, and each part repeats itself. The
/// fingerprints are public in this setting: what a task holds is which compounds an assay measured, and what it found.
/// </remarks>
public sealed class AssayTasks : ITaskSource
{
    private const int Classes = 2;

    private readonly MoleculeSet _set;
    private readonly int[][][] _members;
    private readonly int _shot;
    private readonly int _query;
    private readonly RandomKey _key;

    /// <summary>Tasks of some assays.</summary>
    /// <param name="set">The compounds.</param>
    /// <param name="assays">Which assays; those with fewer than two structures of a class are left out.</param>
    /// <param name="shot">Support compounds of each class, at least 1.</param>
    /// <param name="query">Query compounds of each class, at least 1.</param>
    /// <param name="seed">Equal seeds draw equal tasks.</param>
    /// <param name="heldOut">Share of structures that are left out, from 0 to below 1.</param>
    /// <exception cref="ArgumentException">A number is out of range, or no assay has enough compounds.</exception>
    public AssayTasks(MoleculeSet set, IReadOnlyList<int> assays, int shot, int query, ulong seed, double heldOut = 0)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(assays);
        ArgumentOutOfRangeException.ThrowIfLessThan(shot, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(query, 1);
        (_set, _shot, _query) = (set, shot, query);
        List<int[][]> members = [];
        foreach (int assay in assays)
        {
            int[] measured = [.. set.Measured(assay).Where(compound => !set.IsHeldOut(compound, heldOut))];
            int[][] classes = [.. Enumerable.Range(0, Classes).Select(label => measured.Where(compound => set.Label(compound, assay) == label).ToArray())];
            if (classes.All(one => one.Length >= 2))
            {
                members.Add(classes);
            }
        }

        _members = [.. members];
        if (_members.Length == 0)
        {
            throw new ArgumentException($"AssayTasks: none of {assays.Count} assays has two structures of each class. Give others, or hold fewer out.", nameof(assays));
        }

        using RandomKey root = RandomKey.UnsafeFixed(seed);
        _key = root.Derive("assay tasks");
    }

    /// <summary>Assays that have enough compounds: the first so many tasks are one for each.</summary>
    public int Count => _members.Length;

    /// <inheritdoc/>
    public Shape InputShape => MoleculeSet.InputShape;

    /// <summary>Two: inactive and active.</summary>
    public int Way => Classes;

    /// <inheritdoc/>
    public int SupportCount => Classes * _shot;

    /// <inheritdoc/>
    public int QueryCount => Classes * _query;

    /// <inheritdoc/>
    public void Fill(long taskId, Span<float> supportInputs, Span<float> supportLabels, Span<float> queryInputs, Span<float> queryLabels)
    {
        TaskRandom.Check(this, taskId, supportInputs.Length, supportLabels.Length, queryInputs.Length, queryLabels.Length);
        RandomStream stream = TaskRandom.Start(_key, TaskSplit.Training, taskId);
        int[][] classes = _members[taskId % _members.Length];
        int longest = Math.Max(classes[0].Length, classes[1].Length);
        int[] order = System.Buffers.ArrayPool<int>.Shared.Rent(longest);
        for (int label = 0; label < Classes; label++)
        {
            int[] members = classes[label];
            members.CopyTo(order.AsSpan());
            stream.Shuffle(order.AsSpan(0, members.Length));
            int support = members.Length >= _shot + _query ? _shot : Math.Clamp(members.Length * _shot / (_shot + _query), 1, members.Length - 1);
            Write(order.AsSpan(0, support), label, _shot, supportInputs, supportLabels);
            Write(order.AsSpan(support, members.Length - support), label, _query, queryInputs, queryLabels);
        }

        System.Buffers.ArrayPool<int>.Shared.Return(order);
    }

    private void Write(ReadOnlySpan<int> compounds, int label, int count, Span<float> inputs, Span<float> labels)
    {
        for (int i = 0; i < count; i++)
        {
            int row = (label * count) + i;
            _set.FillBits(compounds[i % compounds.Length], inputs.Slice(row * MoleculeSet.FingerprintBits, MoleculeSet.FingerprintBits));
            labels[row] = label;
        }
    }
}
