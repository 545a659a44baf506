using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// iMAML (Rajeswaran, Finn, Kakade and Levine 2019, "Meta-learning with implicit gradients", algorithm 2): steps go down L(φ) + (λ/2)·‖φ - θ‖², and the update
/// direction is g with (I + ∇²L(φ)/λ)·g = ∇L_query(φ), found by conjugate gradients from Hessian-vector products at φ alone: memory does not depend on the
/// number of steps. It is the exact derivative where φ is the minimum.
/// </summary>
/// <remarks>
/// A solution whose relative residual is above <see cref="ImplicitMamlOptions.Tolerance"/> is never used: that task's objective is not a number, so that a trainer
/// leaves its contribution out and counts it as not finite. <see cref="Residual"/> gives the residuals, and <see cref="RequireConverged"/> makes them an error.
/// </remarks>
/// <param name="options">Its options.</param>
public sealed class ImplicitMaml(ImplicitMamlOptions options) : GradientLearner(options)
{
    private const double Tiny = 1e-30; // keeps quotients finite when a residual has become 0

    /// <inheritdoc/>
    public override string Name => "imaml";

    /// <inheritdoc/>
    /// <remarks>The objective's value is Σ θ·g, which means nothing; where the solution has not converged it is not a number.</remarks>
    public override Computation TaskObjective(Layer model, Loss loss, TaskShape shape) => Trace(model, shape, TaskData(shape), (parameters, data) =>
    {
        Solution solution = Solve(model, loss, shape, parameters, data);
        Tensor objective = parameters[0].Constant(0);
        for (int i = 0; i < parameters.Length; i++)
        {
            objective += (parameters[i] * solution.Direction[i]).Sum();
        }

        Tensor converged = solution.Residual < options.Tolerance;
        return [objective / converged, solution.QueryLoss, solution.Metric];
    });

    /// <summary>
    /// How well the implicit gradient of one task is solved for. Arguments as those of <see cref="TaskObjective"/>; result: ‖A·g - b‖/‖b‖, a scalar.
    /// </summary>
    /// <param name="model">The model, for one example.</param>
    /// <param name="loss">Loss and metric of one example.</param>
    /// <param name="shape">Shapes of the task.</param>
    public Computation Residual(Layer model, Loss loss, TaskShape shape) =>
        Trace(model, shape, TaskData(shape), (parameters, data) => [Solve(model, loss, shape, parameters, data).Residual]);

    /// <summary>Refuses residuals that are too large.</summary>
    /// <param name="residuals">What <see cref="Residual"/> gave for some tasks.</param>
    /// <exception cref="ArithmeticException">One is not below the tolerance; the message says how many and which is the largest.</exception>
    public void RequireConverged(ReadOnlySpan<float> residuals)
    {
        int wrong = 0;
        float largest = 0;
        foreach (float residual in residuals)
        {
            if (!(residual < options.Tolerance))
            {
                wrong++;
                largest = float.IsNaN(residual) ? residual : MathF.Max(largest, residual);
            }
        }

        if (wrong > 0)
        {
            throw new ArithmeticException(FormattableString.Invariant(
                $"ImplicitMaml: {wrong} of {residuals.Length} implicit gradients did not converge in {options.ConjugateSteps} steps: the largest relative residual is {largest:g3}, and the tolerance is {options.Tolerance:g3}. Raise ConjugateSteps or Proximity."));
        }
    }

    /// <inheritdoc/>
    protected override Tensor[] Adapted(Episode episode, Tensor[] parameters, int steps)
    {
        ArgumentNullException.ThrowIfNull(episode);
        ArgumentNullException.ThrowIfNull(parameters);
        return Batched.State(episode.Model, Near(episode, parameters, steps), episode.Inputs);
    }

    /// <summary>Parameters after steps that are drawn back to where they began.</summary>
    private Tensor[] Near(Episode episode, Tensor[] parameters, int steps)
    {
        Tensor[] adapted = parameters;
        for (int step = 0; step < steps; step++)
        {
            Tensor[] gradients = Grad.Of(Batched.MeanLoss(episode.Model, episode.Loss, adapted, episode.Inputs, episode.Targets), adapted);
            Tensor[] before = adapted;
            adapted = [.. before.Select((value, i) => value - ((gradients[i] + ((value - parameters[i]) * options.Proximity)) * options.InnerRate).StopGradient())];
        }

        return adapted;
    }

    private Solution Solve(Layer model, Loss loss, TaskShape shape, Tensor[] parameters, Tensor[] data)
    {
        // Where the steps end counts as given: φ is cut off from θ, and the solution is made of values alone.
        Episode episode = new(model, loss, shape, data[0], data[1]);
        Tensor[] adapted = [.. Near(episode, parameters, options.InnerSteps).Select(value => value.StopGradient())];
        Tensor[] slope = Grad.Of(Batched.MeanLoss(model, loss, adapted, data[0], data[1]), adapted);
        (Tensor queryLoss, Tensor metric) = Batched.JudgeQuery(model, loss, adapted, data);
        Tensor[] right = [.. Grad.Of(queryLoss, adapted).Select(value => value.StopGradient())];
        Tensor[] Applied(Tensor[] vector)
        {
            Tensor[] product = Grad.Of(Dot(slope, [.. vector.Select(part => part.StopGradient())]), adapted);
            return [.. vector.Select((part, i) => part + (product[i] * (1 / options.Proximity)))];
        }

        (Tensor[] direction, Tensor squared) = Conjugate(right, Applied);
        return new Solution([.. direction.Select(value => value.StopGradient())], (squared / (Dot(right, right) + Tiny)).Sqrt(), queryLoss, metric);
    }

    /// <summary>Conjugate gradients from 0 (Hestenes and Stiefel 1952): the solution, and the squared length of its residual computed anew.</summary>
    private (Tensor[] Solution, Tensor Squared) Conjugate(Tensor[] right, Func<Tensor[], Tensor[]> apply)
    {
        Tensor[] solution = [.. right.Select(part => part.Fill(0))];
        Tensor[] residual = right;
        Tensor[] along = right;
        Tensor squared = Dot(residual, residual);
        for (int step = 0; step < options.ConjugateSteps; step++)
        {
            Tensor[] image = apply(along);
            Tensor length = squared / (Dot(along, image) + Tiny);
            solution = [.. solution.Select((part, i) => part + (along[i] * length))];
            residual = [.. residual.Select((part, i) => part - (image[i] * length))];
            Tensor next = Dot(residual, residual);
            Tensor share = next / (squared + Tiny);
            along = [.. residual.Select((part, i) => part + (along[i] * share))];
            squared = next;
        }

        Tensor[] final = [.. apply(solution).Select((part, i) => right[i] - part)];
        return (solution, Dot(final, final));
    }

    private static Tensor Dot(Tensor[] left, Tensor[] right)
    {
        Tensor total = (left[0] * right[0]).Sum();
        for (int i = 1; i < left.Length; i++)
        {
            total += (left[i] * right[i]).Sum();
        }

        return total;
    }

    private sealed record Solution(Tensor[] Direction, Tensor Residual, Tensor QueryLoss, Tensor Metric);
}
