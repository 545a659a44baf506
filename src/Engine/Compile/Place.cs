using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>An element of a storage, perhaps another one in every iteration of the enclosing repeats.</summary>
/// <param name="Storage">The storage.</param>
/// <param name="Offset">Elements from its start, in the first iteration.</param>
/// <param name="Steps">Elements moved per iteration of each enclosing repeat, outermost first; missing ones are 0.</param>
internal readonly record struct Place(Storage Storage, long Offset, EquatableArray<long> Steps)
{
    /// <summary>The place in the storage this one's was merged into.</summary>
    public Place Resolve()
    {
        Place place = this;
        while (place.Storage.Target is { } target)
        {
            place = new(target.Storage, target.Offset + place.Offset, Sum(target.Steps, place.Steps));
        }

        return place;
    }

    /// <summary>This place moved by <paramref name="elements"/>.</summary>
    public Place Plus(long elements) => this with { Offset = Offset + elements };

    /// <summary>This place with a step for the repeat at <paramref name="depth"/> (0 is the outermost).</summary>
    public Place Moving(int depth, long step)
    {
        long[] steps = new long[Math.Max(depth + 1, Steps.Count)];
        Steps.Span.CopyTo(steps);
        steps[depth] += step;
        return this with { Steps = EquatableArray.Create<long>(steps) };
    }

    private static EquatableArray<long> Sum(EquatableArray<long> x, EquatableArray<long> y)
    {
        long[] sum = new long[Math.Max(x.Count, y.Count)];
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] = (i < x.Count ? x[i] : 0) + (i < y.Count ? y[i] : 0);
        }

        return EquatableArray.Create<long>(sum);
    }
}
