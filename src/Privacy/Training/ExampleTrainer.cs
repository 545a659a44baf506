using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Privacy.Training;

/// <summary>
/// Trains a model on labelled examples under a privacy plan whose unit is <see cref="PrivacyUnit.Example"/>: DP-SGD (Abadi et al. 2016, algorithm 1) with
/// Poisson sampling, per-example clipping that forms no per-example gradient where a product allows it, and any optimizer.
/// </summary>
public sealed class ExampleTrainer : Trainer
{
    private const int LargestChunk = 64;

    private readonly Shape _input;
    private readonly Shape _target;

    private ExampleTrainer(Layer model, Shape input, Shape target, StepSpec spec, Device device, PrivacyLedger? ledger, TrainerOptions options)
        : base(model, spec, device, ledger, options) => (_input, _target) = (input, target);

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
    public static ExampleTrainer Compile(
        Layer model, Loss loss, Shape input, Shape target, Optimizer optimizer, PrivacyPlan plan, Device device, PrivacyLedger? ledger = null, TrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(device);
        options ??= new TrainerOptions();
        CheckUnit(plan, PrivacyUnit.Example, nameof(ExampleTrainer), "single examples");
        Computation objective = ExampleObjective.Of(model, loss, input, target);
        int chunk = options.Chunk > 0 ? options.Chunk : Math.Clamp((plan.ExpectedLot + device.Lanes - 1) / device.Lanes, 1, LargestChunk);
        StepSpec spec = new(objective, model.Layout, optimizer, plan, "example", chunk, model.UsesRandomness);
        return new ExampleTrainer(model, input, target, spec, device, ledger, options);
    }

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
        ArgumentNullException.ThrowIfNull(examples);
        if (!examples.InputShape.Equals(_input) || !examples.TargetShape.Equals(_target))
        {
            throw new ShapeException(
                $"TrainAsync: examples are {examples.InputShape} with targets {examples.TargetShape}; the trainer was compiled for {_input} with {_target}.");
        }

        return StartAsync(new ExampleUnits(examples), progress, cancellationToken);
    }
}
