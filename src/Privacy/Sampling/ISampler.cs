namespace FastDPMeta.Privacy.Sampling;

/// <summary>
/// Draws the lots of a plan. Only a <see cref="PrivacyPlan"/> makes one, so that the sampling accounted for is the sampling that runs. Not thread-safe; allocates
/// nothing once the caller's list is large enough.
/// </summary>
/// <remarks>
/// A lot is a pure function of key and round. The key comes from the operating system and is never stored: a resumed run has another one, hence fresh lots. The one
/// exception is cyclic sampling, whose order is public and the same in every process.
/// </remarks>
public interface ISampler : IDisposable
{
    /// <summary>How many units there are to draw from; lots hold numbers from 0 to this, exclusive.</summary>
    int Units { get; }

    /// <summary>Draws the lot of a round.</summary>
    /// <param name="round">≥ 0 and above every round drawn before: lots of one process never share randomness.</param>
    /// <param name="lot">Is emptied, then gets the numbers of the units drawn, ascending.</param>
    /// <exception cref="ArgumentOutOfRangeException">The round was drawn before, or lies before one that was.</exception>
    void Sample(long round, List<int> lot);
}
