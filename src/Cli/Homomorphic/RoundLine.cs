namespace FastDPMeta.Cli.Homomorphic;

/// <summary>One line a round, with the levels that are left.</summary>
internal sealed class RoundLine(TextWriter output, int rounds) : IProgress<(int Round, int Level)>
{
    public void Report((int Round, int Level) value) => output.WriteLine($"round {value.Round} of {rounds}: {value.Level} levels left");
}
