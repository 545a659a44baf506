using System.CommandLine;
using System.Globalization;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Accounting.Certified;
using FastDPMeta.Privacy.Sampling;

namespace FastDPMeta.Cli.Commands;

/// <summary><c>fastdpmeta calibrate</c>: the one number left out of a plan, by the tightest account there is, on the safe side.</summary>
internal sealed class CalibrateCommand
{
    internal const string Name = "calibrate";

    internal const string Examples =
        """
          fastdpmeta calibrate --rate 0.01 --steps 1000 --epsilon 1 --delta 1e-5                the least noise
          fastdpmeta calibrate --rate 0.01 --noise 1 --epsilon 2 --delta 1e-5                   the most rounds
          fastdpmeta calibrate --noise 1 --steps 1000 --epsilon 1 --delta 1e-5                  the highest rate
          fastdpmeta calibrate --rate 0.01 --noise 1 --steps 1000 --epsilon 1                   the δ of this ε
        """;

    private const string Help =
        "Finds the one of --rate, --noise, --steps, --epsilon and --delta that is left out, by the certified upper bound of ε: tighter than 'account', whose numbers are those of a run's ledger. "
        + "Holds for plans whose numbers are fixed beforehand. Sampling other than Poisson needs --population and --lot in place of --rate.";

    private readonly Option<double?> _rate = NumberOption.Create("--rate", "X", "Sampling rate: expected lot / population.", Ranges.Rate("0.01"));
    private readonly Option<double?> _noise = NumberOption.Create("--noise", "X", "Noise multiplier σ: standard deviation of the noise / clip norm.", Ranges.Positive("1.1"));
    private readonly Option<int?> _steps = NumberOption.Create("--steps", "N", "Rounds.", Ranges.AtLeast(1, "1000"));
    private readonly Option<double?> _epsilon = NumberOption.Create("--epsilon", "X", "The target ε.", Ranges.Positive("3"));
    private readonly Option<double?> _delta = NumberOption.Create("--delta", "X", "The target δ.", Ranges.OpenUnit("1e-6"));
    private readonly SamplingOptions _sampling = new(Name);
    private readonly Option<bool> _json = new("--json") { Description = "Answer in one line of JSON." };
    private readonly Screen _screen;

    private CalibrateCommand(Screen screen) => _screen = screen;

    internal static Command Create(Screen screen)
    {
        CalibrateCommand calibrate = new(screen);
        Command command = new(Name, Help) { calibrate._rate, calibrate._noise, calibrate._steps, calibrate._epsilon, calibrate._delta, calibrate._json };
        calibrate._sampling.AddTo(command);
        command.SetAction(calibrate.Run);
        return command;
    }

    private void Run(ParseResult parsed)
    {
        SamplingScheme? sampling = _sampling.Read(parsed, parsed.GetValue(_rate) is not null);
        double? rate = sampling?.Rate ?? parsed.GetValue(_rate);
        double? noise = parsed.GetValue(_noise);
        long? steps = parsed.GetValue(_steps);
        double? epsilon = parsed.GetValue(_epsilon);
        double? delta = parsed.GetValue(_delta);
        if (new[] { rate is null, noise is null, steps is null, epsilon is null, delta is null }.Count(missing => missing) != 1)
        {
            throw new CommandException("calibrate: leave out exactly one of --rate, --noise, --steps, --epsilon and --delta; it is the answer.", ExitCode.Usage);
        }

        PrivacyEvent PlanOf(double q, double sigma, long count) => SamplingOptions.Released(sampling, q, sigma, count);
        string answer = rate is null ? "rate" : noise is null ? "noiseMultiplier" : steps is null ? "steps" : epsilon is null ? "epsilon" : "delta";
        noise ??= CertifiedCalibration.NoiseMultiplier(sigma => PlanOf(rate!.Value, sigma, steps!.Value), epsilon!.Value, delta!.Value);
        rate ??= CertifiedCalibration.SamplingRate(q => PlanOf(q, noise.Value, steps!.Value), epsilon!.Value, delta!.Value);
        steps ??= Steps(sampling, rate.Value, noise.Value, epsilon!.Value, delta!.Value);
        delta ??= Accountant.CertifyDelta(PlanOf(rate.Value, noise.Value, steps.Value), epsilon!.Value).Upper;
        EpsilonInterval reached = delta is > 0 and < 1 && rate > 0
            ? Accountant.Certify(PlanOf(rate.Value, noise.Value, steps.Value), delta.Value)
            : new EpsilonInterval(0, epsilon ?? 0, AccountingEngine.None, AccountingEngine.None);
        epsilon ??= reached.Upper;
        Print(parsed.GetValue(_json), answer, sampling?.Name ?? "Poisson", rate.Value, noise.Value, steps.Value, delta.Value, reached);
    }

    private static long Steps(SamplingScheme? sampling, double rate, double noise, double epsilon, double delta)
    {
        long events = CertifiedCalibration.Steps(sampling?.Event(noise) ?? new PoissonSampledGaussianEvent(rate, noise), epsilon, delta);
        return sampling is null ? events : events * sampling.RoundsPerEvent;
    }

    private void Print(bool json, string answer, string sampling, double rate, double noise, long steps, double delta, EpsilonInterval reached)
    {
        if (json)
        {
            _screen.Output.WriteLine(JsonLine.Of(writer =>
            {
                writer.WriteString("answer", answer);
                writer.WriteString("sampling", sampling);
                writer.WriteNumber("rate", rate);
                writer.WriteNumber("noiseMultiplier", noise);
                writer.WriteNumber("steps", steps);
                writer.WriteNumber("delta", delta);
                SummaryJson.Write(writer, "lower", reached.Lower);
                SummaryJson.Write(writer, "upper", reached.Upper);
            }));
            return;
        }

        // Rounded to the safe side: pasted back, the numbers must keep the budget.
        string text = answer switch
        {
            "rate" => rate == 0 ? "No rate keeps within the budget." : $"rate ≤ {(Math.Floor(rate * 1e9) / 1e9).ToString("r", CultureInfo.InvariantCulture)}",
            "noiseMultiplier" => $"noise multiplier σ ≥ {(Math.Ceiling(noise * 1e6) / 1e6).ToString("r", CultureInfo.InvariantCulture)}",
            "steps" => steps == 0 ? "Not even one round keeps within the budget. Raise --noise or --epsilon, or lower --rate." : string.Create(CultureInfo.InvariantCulture, $"{steps} rounds"),
            "delta" => string.Create(CultureInfo.InvariantCulture, $"δ ≤ {delta:g6}"),
            _ => "",
        };
        _screen.Output.WriteLine(text.Length == 0 ? IntervalText.Of(reached) : text);
        if (text.Length > 0 && rate > 0 && steps > 0)
        {
            _screen.Output.WriteLine(IntervalText.Of(reached));
        }
    }
}
