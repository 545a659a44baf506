using System.Numerics;
using FastDPMeta.Engine.Compile;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Mechanisms;

namespace FastDPMeta.Privacy.Training;

/// <summary>
/// The sums of a secure round: chunks' whole numbers are added up in 64 bits, lane by lane, which no order can change, and get discrete Gaussian noise from ChaCha20. Only the
/// noisy whole numbers become floating-point gradients. After the first round nothing here allocates.
/// </summary>
internal sealed class LatticeSums : IDisposable
{
    /// <summary>Parameters that share a stream of random words: so the noise does not depend on the number of lanes.</summary>
    private const int Segment = 4096;

    private readonly double _step;
    private readonly DiscreteGaussian _noise;
    private readonly Device _device;
    private readonly long[][] _totals;
    private readonly float[][] _chunks;
    private readonly RandomWords?[] _words;
    private readonly float[] _gradient;
    private readonly Action<int> _lane;
    private RandomKey? _key;
    private ulong _round;
    private int _lanes;

    /// <summary>Room for a number of parameters.</summary>
    public LatticeSums(NoiseLattice lattice, int parameters, Device device, int lanes)
    {
        _step = lattice.Step;
        _noise = new DiscreteGaussian(lattice.StandardDeviation);
        _device = device;
        _totals = [.. Enumerable.Range(0, lanes).Select(_ => new long[parameters])];
        _chunks = [.. Enumerable.Range(0, lanes).Select(_ => new float[parameters])];
        _words = new RandomWords?[lanes];
        _gradient = new float[parameters];
        _lane = Perturb;
    }

    /// <summary>Begins a round.</summary>
    public void Clear()
    {
        foreach (long[] totals in _totals)
        {
            Array.Clear(totals);
        }
    }

    /// <summary>Adds a chunk's sum, whole numbers below 2²⁴.</summary>
    /// <param name="arena">Where it is.</param>
    /// <param name="sum">Its buffer.</param>
    /// <param name="lane">Whose chunk.</param>
    public void Add(BoundArena arena, ArenaBuffer sum, int lane)
    {
        float[] chunk = _chunks[lane];
        long[] totals = _totals[lane];
        arena.Read(sum, chunk, lane);
        int width = Vector<float>.Count;
        int i = 0;
        for (; i <= chunk.Length - width; i += width)
        {
            Vector.Widen(Vector.ConvertToInt32(new Vector<float>(chunk, i)), out Vector<long> low, out Vector<long> high);
            (new Vector<long>(totals, i) + low).CopyTo(totals, i);
            (new Vector<long>(totals, i + (width / 2)) + high).CopyTo(totals, i + (width / 2));
        }

        for (; i < chunk.Length; i++)
        {
            totals[i] += (int)chunk[i];
        }
    }

    /// <summary>The sum with the round's noise, as a gradient.</summary>
    /// <param name="key">The run's noise key.</param>
    /// <param name="round">Number of the round: no two releases of a key share one.</param>
    public ReadOnlySpan<float> Release(RandomKey key, ulong round)
    {
        if (!ReferenceEquals(_key, key))
        {
            DisposeWords();
            for (int i = 0; i < _words.Length; i++)
            {
                _words[i] = new RandomWords(key);
            }

            _key = key;
        }

        _round = round;
        _lanes = Math.Min(_words.Length, (_gradient.Length + Segment - 1) / Segment);
        if (_lanes <= 1)
        {
            Perturb(0);
        }
        else
        {
            _device.RunLanes(_lanes, _lane);
        }

        return _gradient;
    }

    /// <summary>The lot's whole numbers: not private. For tests.</summary>
    internal long[] Totals() => [.. Enumerable.Range(0, _gradient.Length).Select(i => _totals.Sum(totals => totals[i]))];

    /// <summary>Overwrites the keys and forgets the sums.</summary>
    public void Dispose()
    {
        DisposeWords();
        Clear();
    }

    private void Perturb(int lane)
    {
        RandomWords words = _words[lane]!;
        for (int segment = lane; segment * Segment < _gradient.Length; segment += Math.Max(1, _lanes))
        {
            words.MoveTo((uint)segment, _round);
            int end = Math.Min(_gradient.Length, (segment + 1) * Segment);
            for (int i = segment * Segment; i < end; i++)
            {
                long noisy = _noise.Next(words);
                foreach (long[] totals in _totals)
                {
                    noisy += totals[i];
                }

                _gradient[i] = (float)(noisy * _step); // after the noise: rounding harms nothing
            }
        }
    }

    private void DisposeWords()
    {
        foreach (RandomWords? words in _words)
        {
            words?.Dispose();
        }

        _key = null;
    }
}
