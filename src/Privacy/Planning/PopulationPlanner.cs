using System.Globalization;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Sampling;

namespace FastDPMeta.Privacy.Planning;

/// <summary>
/// Says before training what a population can support: how long the noise of a round is beside the longest update there can be, for every number of parameters, and what to learn therefore.
/// </summary>
/// <remarks>
/// <para>One round releases the sum of updates clipped to length C with noise N(0, σ²C²) on each of P numbers, divided by the lot (Abadi et al. 2016, "Deep learning with differential privacy",
/// algorithm 1). The noise's length is σC·√P / lot, to within 1/(4P) of its mean (the chi law of P degrees), while the signal, a mean of vectors no longer than C, is at most C and in practice alignment·C. Over T rounds
/// signals add up to T and noises to √T: the run's ratio is <c>alignment·lot·√T / (σ√P)</c>.</para>
/// <para>It falls with the root of P and grows in proportion to people, as the excess risk of private learning does, √P / (n·ε) (Bassily, Smith and Thakurta 2014, "Private empirical risk minimization",
/// theorem 5.2). Without sampling σ = σ₁√T, σ₁ being that of one release, so that rounds cancel: <c>alignment·n / (σ₁√P)</c>.</para>
/// <para>Optimisers that divide by a root mean square, as Adam, lose more: they make the noise of numbers without signal as long as the rest.</para>
/// </remarks>
public static class PopulationPlanner
{
    /// <summary>Signal over noise of the run from which on an option carries: noise then is a tenth of the squared length.</summary>
    public const double CarryingRatio = 3;

    /// <summary>Signal over noise of the run from which on an option is thin and not drowned.</summary>
    public const double ThinRatio = 1;

    private const double DeltaShare = 0.1;

    /// <summary>Numbers per unit of a FiLM adapter: a gain and a shift.</summary>
    private const int GainAndShift = 2;

    /// <summary>Answers.</summary>
    /// <param name="question">People, budget and model.</param>
    /// <exception cref="ArgumentException">Something is out of range; the message lists all of it.</exception>
    public static PopulationAdvice Advise(PopulationQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        PopulationQuestion full = question with
        {
            Delta = question.Delta == 0 && question.Users > 0 ? DeltaShare / question.Users : question.Delta,
            Lot = question.Lot == 0 ? question.Users : question.Lot,
        };
        Check(full);
        double noise = Accountant.NoiseMultiplier(new PoissonScheme(full.Users, full.Lot), full.Rounds, full.Epsilon, full.Delta);
        AdaptationOption[] options = [.. Counts(full).Select(pair => Option(full, noise, pair.Kind, pair.Parameters))];
        AdaptationOption recommended = options.First(option => option.Verdict == AdaptationVerdict.Carries);
        double root = full.Alignment * full.Lot * Math.Sqrt(full.Rounds) / (noise * CarryingRatio);
        long most = (long)Math.Min(long.MaxValue / 2, Math.Floor(root * root));
        return new PopulationAdvice(full, noise, most, options, recommended, Sentence(full, options, recommended, most));
    }

    /// <summary>How loud any number of parameters would be.</summary>
    /// <param name="question">People and budget; lot and δ filled in or 0.</param>
    /// <param name="kind">What the parameters are.</param>
    /// <param name="parameters">P, at least 0; 0 has no noise, and carries.</param>
    /// <exception cref="ArgumentException">Something is out of range; the message lists all of it.</exception>
    public static AdaptationOption Judge(PopulationQuestion question, AdaptationKind kind, long parameters)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(parameters);
        PopulationAdvice advice = Advise(question);
        return Option(advice.Question, advice.NoiseMultiplier, kind, parameters);
    }

    private static AdaptationOption Option(PopulationQuestion question, double noise, AdaptationKind kind, long parameters)
    {
        double length = noise * Math.Sqrt(parameters) / question.Lot;
        double round = parameters == 0 ? double.PositiveInfinity : question.Alignment / length;
        double run = round * Math.Sqrt(question.Rounds);
        return new AdaptationOption(
            kind, parameters, length, round, run, run >= CarryingRatio ? AdaptationVerdict.Carries : run >= ThinRatio ? AdaptationVerdict.Thin : AdaptationVerdict.Drowns);
    }

    /// <summary>Square layers of width h have layers·h² parameters; changes of the parts follow from h, and are never more than everything.</summary>
    private static IEnumerable<(AdaptationKind Kind, long Parameters)> Counts(PopulationQuestion question)
    {
        double width = Math.Max(1, Math.Round(Math.Sqrt((double)question.Parameters / question.Layers)));
        long Least(double count) => (long)Math.Min(question.Parameters, count);
        yield return (AdaptationKind.Full, question.Parameters);
        yield return (AdaptationKind.LowRank, Least(2.0 * question.Rank * width * question.Layers));
        yield return (AdaptationKind.Film, Least(GainAndShift * width * question.Layers));
        yield return (AdaptationKind.Bias, Least(width * question.Layers));
        yield return (AdaptationKind.Head, Least((width + 1) * question.Outputs));
        yield return (AdaptationKind.Metric, 0);
    }

    private static string Sentence(PopulationQuestion question, AdaptationOption[] options, AdaptationOption recommended, long most)
    {
        string what = recommended.Kind switch
        {
            AdaptationKind.Full => "learn the whole model",
            AdaptationKind.LowRank => "learn low-rank changes of a model that was trained on public data",
            AdaptationKind.Film => "learn gains and shifts (FiLM) of a model that was trained on public data",
            AdaptationKind.Bias => "learn the biases of a model that was trained on public data",
            AdaptationKind.Head => "learn a head, or the prior of one, over public features",
            _ => "learn nothing from these people: compare with the support set in a public embedding (a metric learner)",
        };
        AdaptationOption full = options[0];
        string whole = string.Create(
            CultureInfo.InvariantCulture, $"all {question.Parameters} parameters have a signal {full.RunSignalToNoise:0.##} times as long as the noise of the run");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{question.Users} people at ε = {question.Epsilon} support about {most} parameters; {whole}: {what} ({recommended.Parameters} parameters).");
    }

    private static void Check(PopulationQuestion question)
    {
        ArgumentErrors errors = new("PopulationPlanner");
        errors.Require(question.Users >= 1, nameof(question.Users), question.Users, "must be at least 1", "Give the number of people.");
        errors.Epsilon(question.Epsilon).Delta(question.Delta);
        errors.Require(
            question.Users < 1 || question.Delta < 1.0 / question.Users, nameof(question.Delta), question.Delta, "must be below 1 / users: else a whole person may be published at random",
            "Leave it out for a tenth of that.");
        errors.Require(question.Parameters >= 1, nameof(question.Parameters), question.Parameters, "must be at least 1", "Give the size of the whole model.");
        errors.Require(question.Rounds >= 1, nameof(question.Rounds), question.Rounds, "must be at least 1", "Leave it out for 50.");
        errors.Require(question.Lot >= 1 && question.Lot <= question.Users, nameof(question.Lot), question.Lot, "must lie between 1 and the users", "Leave it out for everybody.");
        errors.Require(question.Layers >= 1, nameof(question.Layers), question.Layers, "must be at least 1", "Leave it out for 4.");
        errors.Require(question.Outputs >= 1, nameof(question.Outputs), question.Outputs, "must be at least 1", "Leave it out for 1.");
        errors.Require(question.Rank >= 1, nameof(question.Rank), question.Rank, "must be at least 1", "Leave it out for 4.");
        errors.Require(question.Alignment is > 0 and <= 1, nameof(question.Alignment), question.Alignment, "must lie in (0, 1]", "Leave it out for 0.1.");
        errors.Throw();
    }
}
