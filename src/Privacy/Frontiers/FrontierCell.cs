namespace FastDPMeta.Privacy.Frontiers;

/// <summary>One training of a frontier.</summary>
/// <param name="Epsilon">The budget ε > 0 it keeps within; ∞ for a training without privacy.</param>
/// <param name="Key">Decides tasks and initial weights, never the noise: trainings with different keys are repetitions.</param>
public readonly record struct FrontierCell(double Epsilon, ulong Key)
{
    /// <summary>Whether it is trained with privacy.</summary>
    public bool IsPrivate => !double.IsPositiveInfinity(Epsilon);
}
