namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="ImplicitMaml"/>.</summary>
public sealed record ImplicitMamlOptions : GradientLearnerOptions
{
    /// <summary>How strongly the adapted parameters are held near where they begin: λ of (λ/2)·‖φ - θ‖², above 0.</summary>
    public double Proximity { get; init; } = 1;

    /// <summary>Steps of the conjugate gradient method, at least 1.</summary>
    public int ConjugateSteps { get; init; } = 5;

    /// <summary>Largest residual, relative to the right-hand side, of a solution that counts; above 0.</summary>
    public double Tolerance { get; init; } = 0.1;

    /// <inheritdoc/>
    protected override void Collect(ICollection<string> problems)
    {
        base.Collect(problems);
        RequirePositive(problems, nameof(Proximity), Proximity);
        RequireAtLeast(problems, nameof(ConjugateSteps), ConjugateSteps, 1);
        RequirePositive(problems, nameof(Tolerance), Tolerance);
    }
}
