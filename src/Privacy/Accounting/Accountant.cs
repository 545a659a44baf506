using FastDPMeta.Privacy.Accounting.Certified;
using FastDPMeta.Privacy.Sampling;

namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Questions and answers about training with Gaussian noise, without a plan: what a run costs, and what it takes to keep within a budget. Where only a rate is given,
/// sampling is Poisson and the relation is adding or removing one unit; a <see cref="SamplingScheme"/> brings its own relation. Rényi accounting; every ε and δ is
/// rounded up, every calibrated parameter errs on the safe side.
/// </summary>
/// <remarks>Each answer takes between a tenth of a millisecond and some ten milliseconds, with schemes other than Poisson some hundred.</remarks>
public static class Accountant
{
    /// <summary>What a run of equal rounds costs.</summary>
    /// <param name="rate">q in (0, 1]: expected lot / population.</param>
    /// <param name="noiseMultiplier">σ ≥ 0: noise standard deviation / clip norm; 0 gives ε = ∞.</param>
    /// <param name="steps">Rounds, ≥ 0.</param>
    /// <param name="delta">δ in (0, 1).</param>
    /// <exception cref="ArgumentException">One or several arguments are out of range; the message names all of them.</exception>
    public static double Epsilon(double rate, double noiseMultiplier, long steps, double delta) =>
        Spent(rate, noiseMultiplier, steps, delta).Epsilon;

    /// <summary>As <see cref="Epsilon"/>, with the Rényi order that gave the answer.</summary>
    /// <inheritdoc cref="Epsilon" path="/param"/>
    /// <exception cref="ArgumentException">One or several arguments are out of range; the message names all of them.</exception>
    public static PrivacySpent Spent(double rate, double noiseMultiplier, long steps, double delta)
    {
        new ArgumentErrors(nameof(Spent)).Rate(rate).NoiseMultiplier(noiseMultiplier).Steps(steps, 0).Delta(delta).Throw();
        RdpAccountant accountant = new();
        accountant.Charge(new PoissonSampledGaussianEvent(rate, noiseMultiplier), steps);
        return accountant.Spent(delta);
    }

    /// <summary>The δ of a run of equal rounds at a given ε.</summary>
    /// <param name="rate">q in (0, 1].</param>
    /// <param name="noiseMultiplier">σ ≥ 0.</param>
    /// <param name="steps">Rounds, ≥ 0.</param>
    /// <param name="epsilon">ε > 0, finite.</param>
    /// <exception cref="ArgumentException">One or several arguments are out of range; the message names all of them.</exception>
    public static double Delta(double rate, double noiseMultiplier, long steps, double epsilon)
    {
        new ArgumentErrors(nameof(Delta)).Rate(rate).NoiseMultiplier(noiseMultiplier).Steps(steps, 0).Epsilon(epsilon).Throw();
        RdpAccountant accountant = new();
        accountant.Charge(new PoissonSampledGaussianEvent(rate, noiseMultiplier), steps);
        return accountant.Delta(epsilon);
    }

    /// <summary>The least noise multiplier, to a relative 1e-9, with which a run keeps within (ε, δ); its ε is at most the target.</summary>
    /// <param name="rate">q in (0, 1].</param>
    /// <param name="steps">Rounds, ≥ 1.</param>
    /// <param name="epsilon">The target ε > 0, finite.</param>
    /// <param name="delta">δ in (0, 1).</param>
    /// <returns>σ, not below 0.01.</returns>
    /// <exception cref="ArgumentException">One or several arguments are out of range; the message names all of them.</exception>
    public static double NoiseMultiplier(double rate, long steps, double epsilon, double delta)
    {
        new ArgumentErrors(nameof(NoiseMultiplier)).Rate(rate).Steps(steps, 1).Epsilon(epsilon).Delta(delta).Throw();
        return Calibration.NoiseMultiplier(rate, steps, epsilon, delta);
    }

    /// <summary>The most rounds that keep within (ε, δ).</summary>
    /// <param name="rate">q in (0, 1].</param>
    /// <param name="noiseMultiplier">σ ≥ 0.</param>
    /// <param name="epsilon">The target ε > 0, finite.</param>
    /// <param name="delta">δ in (0, 1).</param>
    /// <returns>0 when a single round exceeds the target; at most 2⁵⁰.</returns>
    /// <exception cref="ArgumentException">One or several arguments are out of range; the message names all of them.</exception>
    public static long Steps(double rate, double noiseMultiplier, double epsilon, double delta)
    {
        new ArgumentErrors(nameof(Steps)).Rate(rate).NoiseMultiplier(noiseMultiplier).Epsilon(epsilon).Delta(delta).Throw();
        return Calibration.Steps(rate, noiseMultiplier, epsilon, delta);
    }

    /// <summary>The highest sampling rate, to a relative 1e-9, with which a run keeps within (ε, δ).</summary>
    /// <param name="noiseMultiplier">σ ≥ 0.</param>
    /// <param name="steps">Rounds, ≥ 1.</param>
    /// <param name="epsilon">The target ε > 0, finite.</param>
    /// <param name="delta">δ in (0, 1).</param>
    /// <returns>q in (0, 1], or 0 when not even a rate of 1e-12 is within the target.</returns>
    /// <exception cref="ArgumentException">One or several arguments are out of range; the message names all of them.</exception>
    public static double SamplingRate(double noiseMultiplier, long steps, double epsilon, double delta)
    {
        new ArgumentErrors(nameof(SamplingRate)).NoiseMultiplier(noiseMultiplier).Steps(steps, 1).Epsilon(epsilon).Delta(delta).Throw();
        return Calibration.SamplingRate(noiseMultiplier, steps, epsilon, delta);
    }

    /// <summary>What a run of equal rounds costs under any sampling.</summary>
    /// <param name="sampling">How lots are drawn.</param>
    /// <param name="noiseMultiplier">σ ≥ 0: noise standard deviation / clip norm; 0 gives ε = ∞.</param>
    /// <param name="rounds">Rounds, ≥ 0. With cyclic sampling an epoch begun is charged whole.</param>
    /// <param name="delta">δ in (0, 1).</param>
    /// <returns>ε under the relation of the scheme.</returns>
    /// <exception cref="ArgumentException">One or several arguments are out of range; the message names all of them.</exception>
    public static PrivacySpent Spent(SamplingScheme sampling, double noiseMultiplier, long rounds, double delta)
    {
        ArgumentNullException.ThrowIfNull(sampling);
        new ArgumentErrors(nameof(Spent)).NoiseMultiplier(noiseMultiplier).Steps(rounds, 0, nameof(rounds)).Delta(delta).Throw();
        RdpAccountant accountant = new(sampling.Neighbours);
        accountant.Charge(sampling.Event(noiseMultiplier), sampling.EventsFor(rounds));
        return accountant.Spent(delta) with { Releases = rounds };
    }

    /// <summary>The least noise multiplier, to a relative 1e-9, with which a run under any sampling keeps within (ε, δ).</summary>
    /// <param name="sampling">How lots are drawn.</param>
    /// <param name="rounds">Rounds, ≥ 1.</param>
    /// <param name="epsilon">The target ε > 0, finite.</param>
    /// <param name="delta">δ in (0, 1).</param>
    /// <returns>σ = noise standard deviation / clip norm, not below 0.01.</returns>
    /// <exception cref="ArgumentException">One or several arguments are out of range; the message names all of them.</exception>
    public static double NoiseMultiplier(SamplingScheme sampling, long rounds, double epsilon, double delta)
    {
        ArgumentNullException.ThrowIfNull(sampling);
        new ArgumentErrors(nameof(NoiseMultiplier)).Steps(rounds, 1, nameof(rounds)).Epsilon(epsilon).Delta(delta).Throw();
        return sampling is PoissonScheme
            ? Calibration.NoiseMultiplier(sampling.Rate, rounds, epsilon, delta)
            : Calibration.NoiseMultiplier(sampling.Event, sampling.EventsFor(rounds), epsilon, delta);
    }

    /// <summary>The most rounds under any sampling that keep within (ε, δ).</summary>
    /// <param name="sampling">How lots are drawn.</param>
    /// <param name="noiseMultiplier">σ ≥ 0: noise standard deviation / clip norm.</param>
    /// <param name="epsilon">The target ε > 0, finite.</param>
    /// <param name="delta">δ in (0, 1).</param>
    /// <returns>0 when a single round exceeds the target; whole epochs with cyclic sampling; at most 2⁵⁰.</returns>
    /// <exception cref="ArgumentException">One or several arguments are out of range; the message names all of them.</exception>
    public static long Steps(SamplingScheme sampling, double noiseMultiplier, double epsilon, double delta)
    {
        ArgumentNullException.ThrowIfNull(sampling);
        new ArgumentErrors(nameof(Steps)).NoiseMultiplier(noiseMultiplier).Epsilon(epsilon).Delta(delta).Throw();
        return sampling.RoundsOf(Calibration.Steps(sampling.Event(noiseMultiplier), epsilon, delta));
    }

    /// <summary>
    /// The smallest ε of anything released, enclosed: by closed forms, the contour accountant, privacy loss distributions and Rényi moments, of which the least upper and the greatest lower bound count. For events whose parameters are fixed
    /// beforehand; see <see cref="PrivacyFilter"/> for others.
    /// </summary>
    /// <param name="privacyEvent">Everything released.</param>
    /// <param name="delta">δ in (0, 1).</param>
    /// <returns>
    /// ε between both ends. Of mechanisms that are known by a bound only (as zCDP, or Skellam noise on vectors) the upper end is what is proved, and the lower what some mechanism within the bound has, or 0.
    /// </returns>
    /// <exception cref="ArgumentException">δ is out of range, or a part is not accounted for under its relation.</exception>
    public static EpsilonInterval Certify(PrivacyEvent privacyEvent, double delta)
    {
        new ArgumentErrors(nameof(Certify)).Delta(delta).Throw();
        return new CertifiedComposition(privacyEvent).Epsilon(delta);
    }

    /// <summary>The smallest δ of anything released at a given ε, enclosed.</summary>
    /// <param name="privacyEvent">Everything released.</param>
    /// <param name="epsilon">ε ≥ 0, finite.</param>
    /// <exception cref="ArgumentException">ε is out of range, or a part is not accounted for under its relation.</exception>
    public static DeltaInterval CertifyDelta(PrivacyEvent privacyEvent, double epsilon)
    {
        new ArgumentErrors(nameof(CertifyDelta))
            .Require(epsilon >= 0 && double.IsFinite(epsilon), nameof(epsilon), epsilon, "must be finite and at least 0", "Common choices lie between 0.1 and 10.").Throw();
        return new CertifiedComposition(privacyEvent).Delta(epsilon);
    }

    /// <summary>The least ε that a curve of Rényi divergences proves, by the tight conversion at each of the orders given (Canonne, Kamath, Steinke 2020, proposition 12).</summary>
    /// <param name="orders">Each finite and above 1.</param>
    /// <param name="divergences">The divergence at each of them, ≥ 0.</param>
    /// <param name="delta">δ in (0, 1).</param>
    /// <returns>ε ≥ 0, rounded up.</returns>
    /// <exception cref="ArgumentException">The lists differ in length or are empty, or a number is out of range or NaN.</exception>
    public static double FromRenyi(IReadOnlyList<double> orders, IReadOnlyList<double> divergences, double delta)
    {
        ArgumentNullException.ThrowIfNull(orders);
        ArgumentNullException.ThrowIfNull(divergences);
        ArgumentErrors errors = new ArgumentErrors(nameof(FromRenyi)).Delta(delta);
        errors.Require(orders.Count > 0 && orders.All(order => order > 1 && double.IsFinite(order)), nameof(orders), string.Join(", ", orders), "must be finite and above 1, at least one", "Leave out others.");
        errors.Require(
            divergences.Count == orders.Count && divergences.All(divergence => divergence >= 0), nameof(divergences), string.Join(", ", divergences), "must be as many as orders, each at least 0", "Leave out orders without a value.");
        errors.Throw();
        return orders.Zip(divergences, (order, divergence) => RdpConversion.Epsilon(order, divergence, delta)).Min();
    }
}
