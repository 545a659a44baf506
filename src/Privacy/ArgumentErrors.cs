using System.Globalization;

namespace FastDPMeta.Privacy;

/// <summary>Collects everything that is wrong with the arguments of one call, so that the user sees all of it at once.</summary>
internal sealed class ArgumentErrors(string operation)
{
    private readonly List<string> _problems = [];

    /// <summary>Whether nothing was wrong so far.</summary>
    public bool None => _problems.Count == 0;

    public ArgumentErrors Rate(double rate, string name = "rate") =>
        Require(rate is > 0 and <= 1, name, rate, "must lie in (0, 1]", "Give expected lot / population.");

    public ArgumentErrors NoiseMultiplier(double value, string name = "noiseMultiplier") =>
        Require(value >= 0 && double.IsFinite(value), name, value, "must be finite and at least 0", "Give noise standard deviation / clip norm.");

    public ArgumentErrors Steps(long value, long least, string name = "steps") =>
        Require(value >= least && value <= Accounting.Calibration.MostSteps, name, value, $"must lie in [{least}, 2^50]", "Give the number of rounds.");

    public ArgumentErrors Epsilon(double value, string name = "epsilon") =>
        Require(value > 0 && double.IsFinite(value), name, value, "must be finite and above 0", "Common choices lie between 0.1 and 10.");

    public ArgumentErrors Delta(double value, string name = "delta") =>
        Require(value is > 0 and < 1, name, value, "must lie in (0, 1)", "Choose it well below 1 / population.");

    public ArgumentErrors Require(bool holds, string name, object got, string must, string advice)
    {
        if (!holds)
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"{name} {must}; got {got}. {advice}"));
        }

        return this;
    }

    public ArgumentErrors Add(string problem)
    {
        _problems.Add(problem);
        return this;
    }

    /// <summary>Throws once with all problems, or does nothing.</summary>
    public void Throw()
    {
        if (_problems.Count > 0)
        {
            throw new ArgumentException($"{operation}: {string.Join(" ", _problems)}");
        }
    }
}
