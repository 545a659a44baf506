using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy.Auditing;
using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Privacy.Training;

/// <summary>
/// Trains a model on labelled examples under a privacy plan whose unit is <see cref="PrivacyUnit.Example"/>: DP-SGD (Abadi et al. 2016, algorithm 1) with
/// Poisson sampling, per-example clipping that forms no per-example gradient where a product allows it, and any optimizer.
/// </summary>
public sealed class PrivateTrainer : Trainer
{
    private const int LargestChunk = 256;

    private readonly Shape _input;
    private readonly Shape _target;
    private readonly Layer _model;
    private readonly Loss _loss;
    private readonly Device _device;
    private ExampleEvaluator? _evaluator;

    private PrivateTrainer(Layer model, Loss loss, Shape input, Shape target, StepSpec spec, Device device, PrivacyLedger? ledger, TrainerOptions options)
        : base(model, spec, device, ledger, options) => (_model, _loss, _input, _target, _device) = (model, loss, input, target, device);

    /// <summary>Compiles the training; afterwards rounds allocate nothing.</summary>
    /// <param name="model">The model, for one example.</param>
    /// <param name="loss">Loss and metric of one example.</param>
    /// <param name="input">Shape of one input.</param>
    /// <param name="target">Shape of one target; a scalar for class numbers.</param>
    /// <param name="optimizer">The update.</param>
    /// <param name="plan">The privacy plan; its unit must be the example.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="ledger">Where rounds are charged; in memory unless given. The trainer disposes of it.</param>
    /// <param name="options">Speed and seed.</param>
    /// <exception cref="ArgumentException">The plan protects something else than examples, or the ledger belongs to another plan.</exception>
    /// <exception cref="ShapeException">Model, loss and example do not fit.</exception>
    public static PrivateTrainer Compile(
        Layer model, Loss loss, Shape input, Shape target, Optimizer optimizer, PrivacyPlan plan, Device device, PrivacyLedger? ledger = null, TrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(device);
        options ??= new TrainerOptions();
        CheckUnit(plan, PrivacyUnit.Example, nameof(PrivateTrainer), "single examples");
        StepSpec spec = Sized(Spec(model, loss, input, target, optimizer, plan, 1), device, options.Chunk);
        return new PrivateTrainer(model, loss, input, target, spec, device, ledger, options);
    }

    /// <summary>The step, in lanes and chunks that suit the device unless <paramref name="chunk"/> says how large.</summary>
    internal static StepSpec Sized(StepSpec one, Device device, int chunk) => chunk > 0 ? one with { Chunk = chunk } : StepSize.Of(one, device, LargestChunk);

    /// <summary>
    /// Trains until the planned rounds are done, the budget is spent, or the caller cancels; always ends with a whole round. Runs on a thread of the pool.
    /// </summary>
    /// <param name="examples">The population: example u is the data of person u, 0 to population - 1.</param>
    /// <param name="progress">Told after every round, on the training thread.</param>
    /// <param name="cancellationToken">Stops after the current round; the model stays usable and the ledger exact.</param>
    /// <exception cref="LedgerException">A charge could not be recorded; the model is that of the last whole round.</exception>
    /// <exception cref="ShapeException">Examples have another shape than the trainer was compiled for.</exception>
    public Task<TrainResult> TrainAsync(IExampleSource examples, IProgress<RoundReport>? progress = null, CancellationToken cancellationToken = default)
    {
        CheckShapes(examples, nameof(TrainAsync));
        return StartAsync(new ExampleUnits(examples), progress, cancellationToken);
    }

    /// <summary>
    /// Mean loss and metric of the current model on examples that were held out. Not accounted for: give examples that are public or may be, never those it
    /// is trained on. Not while a round runs; from a round's report is fine.
    /// </summary>
    /// <param name="examples">Where they come from.</param>
    /// <param name="count">How many, from 0 on; at least 1.</param>
    /// <exception cref="ShapeException">They have another shape than the trainer was compiled for.</exception>
    public ExampleScores Evaluate(IExampleSource examples, int count)
    {
        CheckShapes(examples, nameof(Evaluate));
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _evaluator ??= new ExampleEvaluator(_model, _loss, _input, _target, _device);
        return _evaluator.Evaluate(Parameters(), examples, count);
    }

    /// <summary>
    /// Looks for evidence against the plan's promise: canaries with worst-case gradients in releases of this step and in whole trainings of it, on the same device with the same sampling, clip, noise
    /// and ledger rules. Neither the model nor the ledger changes.
    /// </summary>
    /// <param name="examples">The data; some units give their places to canaries.</param>
    /// <param name="options">How much; a minute's worth when left out.</param>
    /// <param name="cancellationToken">Stops with an exception.</param>
    /// <returns>What was found. A sound training gives lower bounds far below the promise: an audit can refute, not prove.</returns>
    /// <exception cref="ArgumentException">An option is out of range, or the plan has no privacy.</exception>
    /// <exception cref="ShapeException">The data has another shape than the trainer was compiled for.</exception>
    public AuditReport Audit(IExampleSource examples, AuditOptions? options = null, CancellationToken cancellationToken = default)
    {
        CheckShapes(examples, nameof(Audit));
        return Audit(new ExampleUnits(examples), options, cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _evaluator?.Dispose();
        base.Dispose();
    }

    /// <summary>The step's parts, for one example.</summary>
    internal static StepSpec Spec(Layer model, Loss loss, Shape input, Shape target, Optimizer optimizer, PrivacyPlan plan, int chunk)
    {
        Computation objective = ExampleObjective.Of(model, loss, input, target);
        return new StepSpec(objective, model.Layout, optimizer, plan, "example", chunk, model.UsesRandomness);
    }

    private void CheckShapes(IExampleSource examples, string operation)
    {
        ArgumentNullException.ThrowIfNull(examples);
        if (!examples.InputShape.Equals(_input) || !examples.TargetShape.Equals(_target))
        {
            throw new ShapeException(
                $"{operation}: examples are {examples.InputShape} with targets {examples.TargetShape}; the trainer was compiled for {_input} with {_target}.");
        }
    }
}
