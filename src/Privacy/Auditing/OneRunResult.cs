namespace FastDPMeta.Privacy.Auditing;

/// <summary>What an audit by one training found.</summary>
/// <param name="Canaries">Coins thrown.</param>
/// <param name="Guesses">Coins guessed.</param>
/// <param name="Correct">Guesses that were right.</param>
/// <param name="Delta">The δ of the bound.</param>
/// <param name="Confidence">One minus the chance that the bound is wrong.</param>
/// <param name="EpsilonLowerBound">No (ε, δ) with a smaller ε holds.</param>
public sealed record OneRunResult(int Canaries, int Guesses, int Correct, double Delta, double Confidence, double EpsilonLowerBound);
