using System.CommandLine;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Sampling;

namespace FastDPMeta.Cli.Commands;

/// <summary><c>--sampling</c> and the numbers that schemes need.</summary>
/// <param name="command">Whose options these are, for error lines.</param>
internal sealed class SamplingOptions(string command = "account")
{
    private const string Names = "poisson, truncated, fixed or cyclic";

    private readonly Option<string> _sampling = new("--sampling")
    {
        HelpName = "NAME",
        Description = "How lots are drawn: poisson (default), truncated (Poisson lots cut to --largest-lot), fixed (lots of one size; compares data with one unit "
            + "exchanged) or cyclic (fixed batches in turn; compares data with one unit left out).",
    };

    private readonly Option<int?> _population = NumberOption.Create("--population", "N", "Units that exist; gives the rate together with --lot.", Ranges.AtLeast(1, "50000"));
    private readonly Option<int?> _lot = NumberOption.Create("--lot", "N", "Units in a lot, on average where lots vary.", Ranges.AtLeast(1, "256"));
    private readonly Option<int?> _largestLot = NumberOption.Create("--largest-lot", "N", "The cap of truncated lots.", Ranges.AtLeast(1, "400"));

    internal void AddTo(Command owner)
    {
        owner.Add(_sampling);
        owner.Add(_population);
        owner.Add(_lot);
        owner.Add(_largestLot);
    }

    /// <summary>The scheme given, or null where sampling is Poisson at a bare rate.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="hasRate">Whether --rate was given.</param>
    /// <exception cref="CommandException">The options contradict or lack each other.</exception>
    internal SamplingScheme? Read(ParseResult parsed, bool hasRate)
    {
        string name = parsed.GetValue(_sampling) ?? "poisson";
        int? population = parsed.GetValue(_population);
        int? lot = parsed.GetValue(_lot);
        int? largest = parsed.GetValue(_largestLot);
        if (name is not ("poisson" or "truncated" or "fixed" or "cyclic"))
        {
            throw Wrong($"--sampling: must be {Names}; got '{name}'.");
        }

        if (largest is not null && name != "truncated")
        {
            throw Wrong("--largest-lot goes with --sampling truncated only.");
        }

        if (name == "poisson" && population is null && lot is null)
        {
            return null;
        }

        if (hasRate)
        {
            throw Wrong("--rate goes with Poisson sampling alone; leave it out, or leave out --population and --lot.");
        }

        if (population is not { } all || lot is not { } some)
        {
            throw Wrong($"--sampling {name} needs --population and --lot.");
        }

        try
        {
            return name switch
            {
                "poisson" => SamplingScheme.Poisson(all, some),
                "truncated" => SamplingScheme.TruncatedPoisson(all, some, largest ?? throw Wrong("--sampling truncated needs --largest-lot.")),
                "fixed" => SamplingScheme.FixedSize(all, some),
                _ => SamplingScheme.Cyclic(all, some),
            };
        }
        catch (ArgumentException error)
        {
            throw Wrong(error.Message);
        }
    }

    private CommandException Wrong(string message) => new($"{command}: {message}", ExitCode.Usage);
    /// <summary>What some rounds release: by the scheme, or where only a rate was given by Poisson sampling.</summary>
    internal static PrivacyEvent Released(SamplingScheme? sampling, double rate, double noise, long rounds) =>
        sampling?.Released(noise, rounds) ?? new SelfComposedEvent(new PoissonSampledGaussianEvent(rate, noise), rounds);

}
