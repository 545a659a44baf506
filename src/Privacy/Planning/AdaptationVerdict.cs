namespace FastDPMeta.Privacy.Planning;

/// <summary>Whether what is learned can be heard above the noise.</summary>
public enum AdaptationVerdict
{
    /// <summary>The signal is clearly longer than the noise.</summary>
    Carries,

    /// <summary>Signal and noise are about as long: some of it will be learned.</summary>
    Thin,

    /// <summary>The noise is longer than the signal: better leave it as it is.</summary>
    Drowns,
}
