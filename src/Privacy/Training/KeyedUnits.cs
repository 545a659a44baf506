using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Training;

/// <summary>
/// Units with a key behind their data, for models that draw random numbers in training. The key is a function of the run's key, the round and the
/// unit's number: a unit draws the same numbers whoever else is in the lot, on any lane and in any chunk.
/// </summary>
/// <param name="units">Where the data comes from.</param>
/// <param name="key">A key of this use alone; disposed of with this.</param>
internal sealed class KeyedUnits(IUnitSource units, RandomKey key) : IUnitSource, IDisposable
{
    private const int UnitBits = 32;

    /// <summary>The round that is accumulated next, from 0 to 2³² - 1.</summary>
    public long Round { get; set; }

    public IReadOnlyList<Shape> Shapes { get; } = [.. units.Shapes, Randomness.KeyShape];

    public void Fill(int unit, UnitBuffers arguments)
    {
        units.Fill(unit, arguments);
        key.WriteNoiseKey(arguments[Shapes.Count - 1], ((ulong)Round << UnitBits) | (uint)unit);
    }

    /// <summary>Overwrites the key.</summary>
    public void Dispose() => key.Dispose();
}
