using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// A way of learning to learn, for <b>one</b> task. Tasks are added outside by <see cref="Computation.Vmap"/>, so no learner can mix two
/// people's data.
/// </summary>
public abstract class Learner
{
    /// <summary>A learner with valid options.</summary>
    /// <param name="options">Its options.</param>
    /// <exception cref="ArgumentException">Options are out of range; all of them in one message.</exception>
    protected Learner(LearnerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
    }

    /// <summary>Short name for reports, as <c>maml</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What it was told.</summary>
    public LearnerOptions Options { get; }

    /// <summary>
    /// One task's contribution to training. Arguments: parameters, support inputs, support targets, query inputs, query targets. Results:
    /// <c>objective</c>, <c>query loss</c>, <c>metric</c>, all scalars. The derivative of <c>objective</c> with respect to the parameters
    /// <b>is</b> the update direction; its value need not mean anything.
    /// </summary>
    /// <param name="model">The model, for one example.</param>
    /// <param name="loss">Loss and metric of one example.</param>
    /// <param name="shape">Shapes of the task.</param>
    public abstract Computation TaskObjective(Layer model, Loss loss, TaskShape shape);

    /// <summary>
    /// Adaptation to one task. Arguments: parameters, support inputs, support targets. Results: the adapted state, which
    /// <see cref="Predict"/> takes first.
    /// </summary>
    /// <param name="model">The model, for one example.</param>
    /// <param name="loss">Loss and metric of one example.</param>
    /// <param name="shape">Shapes of the task.</param>
    /// <param name="steps">Steps of adaptation, at least 0; learners without steps ignore it.</param>
    public Computation Adapt(Layer model, Loss loss, TaskShape shape, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return Trace(model, shape, [shape.SupportInputs, shape.SupportTargets], (parameters, data) =>
            Adapted(new Episode(model, loss, shape, data[0], data[1]), parameters, steps));
    }

    /// <summary>
    /// Predictions after adaptation. Arguments: the state that <see cref="Adapt"/> gave, and query inputs. Result: [example, …], logits or
    /// values.
    /// </summary>
    /// <param name="model">The model, for one example.</param>
    /// <param name="shape">Shapes of the task.</param>
    public Computation Predict(Layer model, TaskShape shape)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(shape);
        return Computation.Trace([.. StateShapes(model, shape), shape.QueryInputs], arguments => Predicted(model, shape, arguments[..^1], arguments[^1]));
    }

    /// <summary>
    /// Adaptation and judgement of one task. Arguments: parameters, support inputs, support targets, query inputs, query targets. Results:
    /// predictions [example, …], mean query loss, mean metric.
    /// </summary>
    /// <param name="model">The model, for one example.</param>
    /// <param name="loss">Loss and metric of one example.</param>
    /// <param name="shape">Shapes of the task.</param>
    /// <param name="steps">Steps of adaptation; 0 judges the model as it is. Learners without steps ignore it.</param>
    public Computation Evaluate(Layer model, Loss loss, TaskShape shape, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return Trace(model, shape, TaskData(shape), (parameters, data) =>
        {
            Tensor[] state = Adapted(new Episode(model, loss, shape, data[0], data[1]), parameters, steps);
            Tensor outputs = Predicted(model, shape, state, data[2]);
            (Tensor queryLoss, Tensor metric) = Batched.Judge(loss, outputs, data[3]);
            return [outputs, queryLoss, metric];
        });
    }

    /// <summary>Records adaptation.</summary>
    /// <param name="episode">The task's support set.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="steps">Steps, at least 0.</param>
    /// <returns>The adapted state.</returns>
    protected abstract Tensor[] Adapted(Episode episode, Tensor[] parameters, int steps);

    /// <summary>Shapes of the adapted state; those of the parameters unless a learner keeps something else.</summary>
    /// <param name="model">The model, for one example.</param>
    /// <param name="shape">Shapes of the task.</param>
    protected virtual IReadOnlyList<Shape> StateShapes(Layer model, TaskShape shape)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [.. model.Parameters.Select(parameter => parameter.Shape)];
    }

    /// <summary>Records predictions [example, …]; the model's own outputs unless a learner does something else.</summary>
    /// <param name="model">The model, for one example.</param>
    /// <param name="shape">Shapes of the task.</param>
    /// <param name="state">The adapted state.</param>
    /// <param name="inputs">[example, …].</param>
    protected virtual Tensor Predicted(Layer model, TaskShape shape, Tensor[] state, Tensor inputs) => Batched.Outputs(model, state, inputs);

    /// <summary>Traces a function of the parameters and of a task's data.</summary>
    /// <param name="model">The model, for one example.</param>
    /// <param name="shape">Shapes of the task.</param>
    /// <param name="data">Shapes of the arguments behind the parameters.</param>
    /// <param name="function">From parameters and data to results.</param>
    private protected static Computation Trace(Layer model, TaskShape shape, Shape[] data, Func<Tensor[], Tensor[], Tensor[]> function)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(shape);
        int count = model.Parameters.Count;
        return Computation.Trace([.. model.Parameters.Select(parameter => parameter.Shape), .. data], arguments => function(arguments[..count], arguments[count..]));
    }

    /// <summary>Shapes of support inputs, support targets, query inputs, query targets.</summary>
    private protected static Shape[] TaskData(TaskShape shape) =>
        shape is null ? throw new ArgumentNullException(nameof(shape)) : [shape.SupportInputs, shape.SupportTargets, shape.QueryInputs, shape.QueryTargets];
}
