using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Auditing;

/// <summary>
/// Whether one release hides a unit as well as its noise multiplier promises: many releases of the compiled step, each with one canary in every parameter tensor, in or out by
/// its own coin. Noise that is too weak shows in every tensor, a clip that is not applied in the tensor where it is missing.
/// </summary>
/// <remarks>
/// A Gaussian release of noise multiplier σ promises (ε, δ) for every ε with δ = Φ(1/(2σ) - εσ) - e^ε·Φ(-1/(2σ) - εσ) (Balle and Wang 2018, theorem 8). A
/// small ε is tested, where a violation shows soonest, with the threshold that is best against a sound release, which is fixed beforehand. The promise is met with equality by Gaussian
/// noise, so the bound comes close to it; the chance that a sound release exceeds it is at most one minus the confidence.
/// </remarks>
/// <param name="Repeats">Releases.</param>
/// <param name="Delta">The δ tested.</param>
/// <param name="EpsilonPromised">The ε that a sound release has at that δ.</param>
/// <param name="Confidence">Of all findings together.</param>
/// <param name="Findings">One a trainable parameter tensor.</param>
public sealed record ReleaseAudit(int Repeats, double Delta, double EpsilonPromised, double Confidence, IReadOnlyList<ReleaseFinding> Findings)
{
    private const double LargestTestedEpsilon = 0.1, TestedEpsilonTimesNoise = 0.3;
    private const double Excess = 10; // canaries are ten times as long as the clip norm
    private const int LeastRepeats = 1000, MostRepeats = 100_000;

    /// <summary>Whether no tensor shows more than is promised.</summary>
    public bool Passed => Findings.All(finding => finding.EpsilonLowerBound <= EpsilonPromised);

    /// <summary>The largest of the lower bounds.</summary>
    public double EpsilonLowerBound => Findings.Max(finding => finding.EpsilonLowerBound);

    /// <summary>Releases that find noise at half strength: the weaker the signal of one unit, the more.</summary>
    internal static int SuitableRepeats(double noiseMultiplier) => (int)Math.Clamp(LeastRepeats * noiseMultiplier * noiseMultiplier, LeastRepeats, MostRepeats);

    /// <summary>The ε that is tested: where noise at half strength shows in the fewest releases, about.</summary>
    internal static double TestedEpsilon(double noiseMultiplier) => Math.Min(LargestTestedEpsilon, TestedEpsilonTimesNoise / noiseMultiplier);

    /// <summary>δ at ε of one Gaussian release, exact to a relative 1e-11.</summary>
    internal static double GaussianDelta(double noiseMultiplier, double epsilon)
    {
        double half = 1 / (2 * noiseMultiplier);
        double far = half + (epsilon * noiseMultiplier);
        return NormalDistribution.Cumulative(half - (epsilon * noiseMultiplier)) - (Math.Exp(epsilon) * NormalDistribution.Cumulative(-far));
    }

    /// <summary>Runs the audit.</summary>
    /// <param name="spec">The step as it is compiled for training.</param>
    /// <param name="promised">The plan whose promise is tested.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="key">For coins, coordinates and noise.</param>
    /// <param name="repeats">Releases.</param>
    /// <param name="confidence">In (0, 1).</param>
    /// <param name="goOn">Asked after every release.</param>
    internal static ReleaseAudit Run(StepSpec spec, PrivacyPlan promised, Device device, RandomKey key, int repeats, double confidence, Func<bool>? goOn = null)
    {
        StepSpec alone = CanaryObjective.Alone(spec);
        using PrivateStep step = new(alone, device);
        return Run(step, alone, promised, key, repeats, confidence, goOn);
    }

    /// <summary>The same with a step that is compiled already.</summary>
    internal static ReleaseAudit Run(PrivateStep step, StepSpec alone, PrivacyPlan promised, RandomKey key, int repeats, double confidence, Func<bool>? goOn = null)
    {
        int tensors = alone.TrainableParameters;
        using RandomKey noise = key.Derive("noise");
        using RandomKey coinKey = key.Derive("coins");
        using RandomStream coins = new(coinKey);
        CanaryUnits units = new(null, tensors, new int[tensors], (float)(Excess * promised.ClipNorm));
        double epsilon = TestedEpsilon(promised.NoiseMultiplier);
        double threshold = (epsilon * promised.NoiseMultiplier * promised.NoiseMultiplier) + 0.5; // in clip norms: where the likelihood ratio is e^ε
        double perClip = alone.Plan.Divisor / (CanaryObjective.Rate * promised.ClipNorm);
        float[] zero = new float[alone.Layout.Count], after = new float[alone.Layout.Count];
        double[][] scores = [.. Enumerable.Range(0, tensors).Select(_ => new double[repeats])];
        bool[][] included = [.. Enumerable.Range(0, tensors).Select(_ => new bool[repeats])];
        List<int> lot = [];
        int done = 0;
        for (; done < repeats && (goOn is null || goOn()); done++)
        {
            lot.Clear();
            for (int tensor = 0; tensor < tensors; tensor++)
            {
                units.Coordinates[tensor] = alone.Layout.Offsets[tensor] + coins.NextInt(alone.Layout.Parameters[tensor].Shape.Count);
                included[tensor][done] = units.Included[tensor] = coins.Bernoulli(0.5);
                if (units.Included[tensor])
                {
                    lot.Add(tensor);
                }
            }

            step.WriteParameters(zero);
            step.Accumulate(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(lot), units);
            step.Release(noise, (ulong)done, 0);
            step.ReadParameters(after);
            for (int tensor = 0; tensor < tensors; tensor++)
            {
                scores[tensor][done] = -after[units.Coordinates[tensor]] * perClip;
            }
        }

        double delta = GaussianDelta(promised.NoiseMultiplier, epsilon);
        double each = 1 - ((1 - confidence) / tensors);
        ReleaseFinding[] findings =
        [
            .. Enumerable.Range(0, tensors).Select(tensor => new ReleaseFinding(
                alone.Layout.Parameters[tensor].Name,
                done == 0 ? 0 : MultiRunBound.Of(scores[tensor].AsSpan(0, done), included[tensor].AsSpan(0, done), threshold, delta, each))),
        ];
        return new ReleaseAudit(done, delta, epsilon, confidence, findings);
    }
}
