namespace FastDPMeta.Privacy;

/// <summary>One noise vector of a round.</summary>
/// <param name="Number">Which vector: takes the place of the round in the generator's counter.</param>
/// <param name="Weight">What it is multiplied by.</param>
internal readonly record struct NoiseTerm(ulong Number, float Weight);
