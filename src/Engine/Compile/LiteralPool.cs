using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>The constant arrays of all computations of one arena, each once.</summary>
internal sealed class LiteralPool
{
    private readonly Dictionary<EquatableArray<float>, Storage> _known = [];
    private readonly List<(Storage Storage, EquatableArray<float> Values)> _all = [];

    /// <summary>Floats they take, aligned.</summary>
    public long Size { get; private set; }

    /// <summary>The constants and where they lie, from the start of the pool.</summary>
    public IReadOnlyList<(Storage Storage, EquatableArray<float> Values)> All => _all;

    /// <summary>The place of an array.</summary>
    public Place Add(EquatableArray<float> values)
    {
        if (!_known.TryGetValue(values, out Storage? storage))
        {
            _known[values] = storage = new Storage("literal", values.Count, StorageKind.Literal, null) { Offset = Size };
            _all.Add((storage, values));
            Size = MemoryPlan.Align(Size + values.Count);
        }

        return new Place(storage, 0, []);
    }
}
