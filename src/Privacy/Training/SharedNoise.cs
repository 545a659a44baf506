using FastDPMeta.Engine.Compile;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Kernels.Spec;
using FastDPMeta.Privacy.Sampling;

namespace FastDPMeta.Privacy.Training;

/// <summary>Adds a round's part of the noise that the rounds of a run share. After construction nothing allocates.</summary>
internal sealed class SharedNoise : IDisposable
{
    private readonly SharedNoisePrograms _programs;
    private readonly BoundArena _bound;
    private readonly Replay[] _add;
    private readonly NoiseCorrelation _correlation;
    private readonly NoiseTerm[] _terms;
    private readonly float _deviation;
    private readonly float[] _key = new float[NoiseSpec.KeyWords];
    private readonly float[] _factor = new float[1];

    /// <summary>The noise of a plan's rounds.</summary>
    public SharedNoise(SharedNoisePrograms programs, BoundArena bound, PrivacyPlan plan)
    {
        _programs = programs;
        _bound = bound;
        _add = [.. programs.Add.Select(bound.Replay)];
        _correlation = ((StreamScheme)plan.Sampling).Correlation;
        _terms = new NoiseTerm[_correlation.MostTerms(plan.Rounds)];
        _deviation = Clipping.RoundUp(plan.NoiseStandardDeviation * ReleaseComputation.RoundingMargin);
    }

    /// <summary>Adds the vectors of a round, one after another.</summary>
    /// <param name="form">0 for the sum of a single strand, 1 for the total.</param>
    /// <param name="key">The run's noise key, the same in every round.</param>
    /// <param name="round">From 0, without gaps.</param>
    public void AddTo(int form, RandomKey? key, ulong round)
    {
        ArgumentNullException.ThrowIfNull(key);
        int count = _correlation.Terms((long)round, _terms);
        foreach (NoiseTerm term in _terms.AsSpan(0, count))
        {
            key.WriteNoiseKey(_key, term.Number);
            _factor[0] = term.Weight * _deviation;
            _bound.Write(_programs.Key, _key);
            _bound.Write(_programs.Factor, _factor);
            _add[form].RunWide();
        }
    }

    /// <summary>Overwrites the key.</summary>
    public void Dispose() => Array.Clear(_key);
}
