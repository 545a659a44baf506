using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Ledger;
using FastDPMeta.Privacy.Sampling;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Auditing;

/// <summary>
/// Whether a whole training, with its sampling and its data, hides its units as its ledger says: canaries take the places of some units, each in or out by a coin, and somebody who
/// sees every released sum guesses the coins.
/// </summary>
/// <param name="Rounds">Rounds of each training.</param>
/// <param name="Trainings">How often it was trained, with other coins and other noise.</param>
/// <param name="EpsilonSpent">ε of these rounds by the ledger, at the plan's δ.</param>
/// <param name="OneRun">The lower bound from the first training.</param>
/// <param name="Membership">How well membership was told over all trainings.</param>
/// <param name="Sampling">Whether the lots drawn were those of Poisson sampling; null for other samplings.</param>
public sealed record TrainingAudit(int Rounds, int Trainings, double EpsilonSpent, OneRunResult OneRun, MembershipReport Membership, SamplingAudit? Sampling)
{
    private const double Excess = 10; // canaries are ten times as long as the clip norm

    /// <summary>Whether neither bound nor lots contradict the ledger.</summary>
    public bool Passed => OneRun.EpsilonLowerBound <= EpsilonSpent && Sampling is not { Passed: false };

    /// <summary>Runs the audit.</summary>
    /// <param name="spec">The step as it is compiled for training.</param>
    /// <param name="promised">The plan whose promise is tested; its ledger is charged.</param>
    /// <param name="units">The data.</param>
    /// <param name="start">Initial parameters.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="key">For coins, lots and noise.</param>
    /// <param name="options">How much.</param>
    /// <param name="goOn">Asked after every round; where it says no, the first training ends there and no other begins.</param>
    /// <param name="sampler">Draws the lots; the plan's own where it is null. For tests.</param>
    internal static TrainingAudit Run(
        StepSpec spec, PrivacyPlan promised, IUnitSource units, float[] start, Device device, RandomKey key, AuditOptions options, Func<bool>? goOn = null, Func<RandomKey, ISampler>? sampler = null)
    {
        StepSpec beside = CanaryObjective.Beside(spec);
        using PrivateStep step = new(beside, device);
        return Run(step, beside, promised, units, start, key, options, goOn, sampler);
    }

    /// <summary>The same with a step that is compiled already.</summary>
    internal static TrainingAudit Run(
        PrivateStep step, StepSpec beside, PrivacyPlan promised, IUnitSource units, float[] start, RandomKey key, AuditOptions options, Func<bool>? goOn = null, Func<RandomKey, ISampler>? sampler = null)
    {
        int canaries = Math.Max(1, Math.Min(options.Canaries, Math.Min(promised.Population / 2, beside.Layout.TrainableCount)));
        int rounds = options.Rounds > 0 ? Math.Min(options.Rounds, promised.Rounds) : promised.Rounds;
        List<double[]> scores = [];
        List<bool[]> included = [];
        List<IReadOnlyList<int>> lots = [];
        int[] coordinates = Coordinates(canaries, beside.Layout.TrainableCount, key);
        double spent = 0;
        for (int training = 0; training < options.Trainings && (training == 0 || goOn is null || goOn()); training++)
        {
            using RandomKey own = key.Derive($"training {training}");
            CanaryUnits population = new(units, promised.Population, coordinates, (float)(Excess * promised.ClipNorm));
            Throw(population.Included, own);
            using PrivacyLedger ledger = PrivacyLedger.InMemory(promised);
            using TrainingLoop loop = new(step, ledger, population, own, sampler?.Invoke(own));
            step.WriteParameters(start);
            step.ClipNorm = promised.ClipNorm;
            double[] score = new double[canaries];
            List<IReadOnlyList<int>> drawn = [];
            while (loop.Done < rounds && loop.CanGoOn(out _) && (training > 0 || loop.Done == 0 || goOn is null || goOn()))
            {
                drawn.Add(Round(loop, step, beside, promised, population, score));
            }

            rounds = training == 0 ? loop.Done : rounds;
            spent = Math.Max(spent, ledger.Spent.Epsilon);
            scores.Add(score);
            included.Add([.. population.Included]);
            lots.AddRange(drawn.Count % 2 == 0 ? drawn : drawn.Take(drawn.Count - 1)); // pairs of rounds are looked at, within a training
        }

        double delta = promised.Budget.Delta;
        OneRunResult oneRun = OneRunBound.Of(scores[0], included[0], delta, options.Confidence);
        bool poisson = promised.Sampling is PoissonScheme && promised.SamplingRate < 1 && lots.Count > 0 && (long)lots.Count * promised.Population <= int.MaxValue;
        return new TrainingAudit(
            rounds, scores.Count, spent, oneRun, Told(scores, included, spent, delta), poisson ? SamplingAudit.Of(lots, promised.Population, promised.SamplingRate) : null);
    }

    /// <summary>A coordinate for each canary, no two the same; the same in every training, so that one training teaches what to look for in another.</summary>
    private static int[] Coordinates(int canaries, int parameters, RandomKey key)
    {
        using RandomKey own = key.Derive("coordinates");
        using RandomStream random = new(own);
        HashSet<int> coordinates = [];
        while (coordinates.Count < canaries)
        {
            coordinates.Add(random.NextInt(parameters));
        }

        return [.. coordinates];
    }

    private static void Throw(bool[] included, RandomKey key)
    {
        using RandomKey own = key.Derive("coins");
        using RandomStream coins = new(own);
        for (int i = 0; i < included.Length; i++)
        {
            included[i] = coins.Bernoulli(0.5);
        }
    }

    /// <summary>
    /// One round, and what its released sum says about each canary: log(1 - q + q·e^{(2xC - C²)/2s²}) for the number x at its coordinate, noise s and clip norm C. Who looks knows
    /// everything but the coins, so what the ordinary units of the lot add at that coordinate is taken off.
    /// </summary>
    /// <returns>The lot.</returns>
    private static int[] Round(TrainingLoop loop, PrivateStep step, StepSpec spec, PrivacyPlan plan, CanaryUnits population, double[] scores)
    {
        float[] before = new float[spec.Layout.Count], after = new float[spec.Layout.Count];
        float clip = step.ClipNorm;
        Array.Clear(population.Drawn);
        step.ReadParameters(before);
        loop.Round();
        step.ReadParameters(after);
        int[] lot = [.. Enumerable.Range(0, population.Drawn.Length).Where(unit => population.Drawn[unit] != 0)];
        float[] known = Known(step, population, lot, before, after, clip);
        double deviation = plan.GradientNoiseMultiplier * clip;
        double rate = Math.Min(plan.SamplingRate, 1 - 1e-12);
        for (int i = 0; i < scores.Length; i++)
        {
            int coordinate = population.Coordinates[i];
            double seen = (((double)before[coordinate] - after[coordinate]) * plan.Divisor / CanaryObjective.Rate) - known[coordinate];
            double exponent = ((2 * seen * clip) - ((double)clip * clip)) / (2 * deviation * deviation);
            double ratio = exponent > 0
                ? exponent + Math.Log(rate + ((1 - rate) * Math.Exp(-exponent)))
                : Math.Log(1 - rate + (rate * Math.Exp(exponent)));
            scores[i] += double.IsNaN(ratio) ? 0 : ratio;
        }

        return lot;
    }

    /// <summary>The sum of the lot's ordinary units, with the parameters and the clip norm that the round had.</summary>
    private static float[] Known(PrivateStep step, CanaryUnits population, int[] lot, float[] before, float[] after, float clip)
    {
        float next = step.ClipNorm;
        step.ClipNorm = clip;
        step.WriteParameters(before);
        step.Accumulate([.. lot.Where(unit => unit < population.First)], population);
        float[] known = step.ReadSum();
        step.WriteParameters(after);
        step.ClipNorm = next;
        return known;
    }

    /// <summary>By likelihood ratios learned from the other trainings where there are enough of them, by the scores themselves otherwise.</summary>
    private static MembershipReport Told(List<double[]> scores, List<bool[]> included, double epsilon, double delta)
    {
        IReadOnlyList<double[]> ratios = scores.Count >= 3 ? LikelihoodRatioAttack.Ratios(scores, included) : scores;
        return MembershipReport.Of([.. ratios.SelectMany(run => run)], [.. included.SelectMany(run => run)], epsilon, delta);
    }
}
