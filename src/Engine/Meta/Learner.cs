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
    /// Whether training draws random numbers. <see cref="TaskObjective"/> then has one argument more, behind the query targets: the task's key of the round, of
    /// <see cref="Randomness.KeyShape"/>.
    /// </summary>
    public virtual bool UsesRandomness => false;

    /// <summary>
    /// The same learner in the form that needs least memory: inner steps whose activations the outer derivative computes again, one step at a time. The same gradient but for rounding. The learner itself where
    /// there is no such form, or where it has it already.
    /// </summary>
    public virtual Learner Recomputed => this;

    /// <summary>
    /// Everything that is meta-learned, as a layer: the model's parameters, and behind them the learner's own, as learned rates, under names that
    /// begin with <c>learner.</c>. Its layout is that of the flat vector which is initialised, clipped, noised and saved. The model itself where a
    /// learner has none of its own.
    /// </summary>
    /// <param name="model">The model, for one example.</param>
    /// <param name="shape">Shapes of the task.</param>
    /// <exception cref="ArgumentException">The model has a parameter of the same name.</exception>
    public Layer Learned(Layer model, TaskShape shape)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(shape);
        IReadOnlyList<ParameterSpec> own = OwnParameters(model, shape);
        return own.Count == 0 ? model : new LearnedModel(model, own);
    }

    /// <summary>
    /// One task's contribution to training. Arguments: the parameters of <see cref="Learned"/>, support inputs, support targets, query inputs, query targets. Results:
    /// <c>objective</c>, <c>query loss</c>, <c>metric</c>, all scalars. The derivative of <c>objective</c> with respect to the parameters
    /// <b>is</b> the update direction; its value need not mean anything.
    /// </summary>
    /// <param name="model">The model, for one example.</param>
    /// <param name="loss">Loss and metric of one example.</param>
    /// <param name="shape">Shapes of the task.</param>
    public abstract Computation TaskObjective(Layer model, Loss loss, TaskShape shape);

    /// <summary>
    /// Adaptation to one task. Arguments: the parameters of <see cref="Learned"/>, support inputs, support targets. Results: the adapted state, which
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
    /// Adaptation and judgement of one task. Arguments: the parameters of <see cref="Learned"/>, support inputs, support targets, query inputs, query targets. Results:
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

    /// <summary>What is meta-learned besides the model's parameters; nothing unless a learner says otherwise.</summary>
    /// <param name="model">The model, for one example.</param>
    /// <param name="shape">Shapes of the task.</param>
    protected virtual IReadOnlyList<ParameterSpec> OwnParameters(Layer model, TaskShape shape) => [];

    /// <summary>Records adaptation.</summary>
    /// <param name="episode">The task's support set.</param>
    /// <param name="parameters">The parameters of <see cref="Learned"/>: the model's, then the learner's own.</param>
    /// <param name="steps">Steps, at least 0.</param>
    /// <returns>The adapted state.</returns>
    protected abstract Tensor[] Adapted(Episode episode, Tensor[] parameters, int steps);

    /// <summary>
    /// Shapes of the adapted state; those of the model's parameters, and of the statistics that its normalisations take from the support set, unless a learner keeps something else.
    /// </summary>
    /// <param name="model">The model, for one example.</param>
    /// <param name="shape">Shapes of the task.</param>
    protected virtual IReadOnlyList<Shape> StateShapes(Layer model, TaskShape shape)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [.. model.Parameters.Select(parameter => parameter.Shape), .. model.Statistics];
    }

    /// <summary>Records predictions [example, …]; the model's own outputs unless a learner does something else.</summary>
    /// <param name="model">The model, for one example.</param>
    /// <param name="shape">Shapes of the task.</param>
    /// <param name="state">The adapted state.</param>
    /// <param name="inputs">[example, …].</param>
    protected virtual Tensor Predicted(Layer model, TaskShape shape, Tensor[] state, Tensor inputs) => Batched.Query(model, state, inputs);

    /// <summary>Traces a function of the learned parameters and of a task's data.</summary>
    /// <param name="model">The model, for one example.</param>
    /// <param name="shape">Shapes of the task.</param>
    /// <param name="data">Shapes of the arguments behind the parameters.</param>
    /// <param name="function">From parameters and data to results.</param>
    private protected Computation Trace(Layer model, TaskShape shape, Shape[] data, Func<Tensor[], Tensor[], Tensor[]> function)
    {
        IReadOnlyList<ParameterSpec> learned = Learned(model, shape).Parameters;
        int count = learned.Count;
        return Computation.Trace([.. learned.Select(parameter => parameter.Shape), .. data], arguments => function(arguments[..count], arguments[count..]));
    }

    /// <summary>Shapes of support inputs, support targets, query inputs, query targets.</summary>
    private protected static Shape[] TaskData(TaskShape shape) =>
        shape is null ? throw new ArgumentNullException(nameof(shape)) : [shape.SupportInputs, shape.SupportTargets, shape.QueryInputs, shape.QueryTargets];
}
