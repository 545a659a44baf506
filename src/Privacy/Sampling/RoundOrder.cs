namespace FastDPMeta.Privacy.Sampling;

/// <summary>Sees to it that no round is drawn twice.</summary>
internal struct RoundOrder
{
    private ulong _next;

    /// <summary>Takes note of a round.</summary>
    /// <param name="sampler">For the message.</param>
    /// <param name="round">≥ 0 and above all rounds before.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public void Enter(string sampler, long round)
    {
        if (round < 0 || (ulong)round < _next)
        {
            throw new ArgumentOutOfRangeException(
                nameof(round), round, $"{sampler}: rounds before {_next} have been drawn; drawing one again would repeat its randomness. Go on with {_next}.");
        }

        _next = (ulong)round + 1;
    }
}
