using System.Numerics;

namespace FastDPMeta.Cli.Commands;

/// <summary>Which values an option takes.</summary>
/// <param name="Words">For people, as <c>a whole number of at least 1</c>.</param>
/// <param name="Example">A value that would do.</param>
/// <param name="Contains">The test.</param>
internal sealed record NumberRange<T>(string Words, string Example, Func<T, bool> Contains)
    where T : struct, INumber<T>;

/// <summary>Ranges that options share.</summary>
internal static class Ranges
{
    internal static NumberRange<int> AtLeast(int least, string example) =>
        new($"a whole number of at least {least}", example, value => value >= least);

    internal static NumberRange<double> Positive(string example) =>
        new("a finite number above 0", example, value => value > 0 && double.IsFinite(value));

    internal static NumberRange<double> OpenUnit(string example) => new("a number between 0 and 1, both excluded", example, value => value is > 0 and < 1);

    internal static NumberRange<double> Rate(string example) => new("a number above 0 and at most 1", example, value => value is > 0 and <= 1);
}
