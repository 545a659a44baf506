using System.Globalization;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Serving;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Privacy.Training;

/// <summary>
/// Meta-trains a model on the tasks of many people under a privacy plan. With unit <see cref="PrivacyUnit.Task"/> one person is one task: the
/// gradient of everything a task contributed, inner adaptation included, is clipped as a whole.
/// </summary>
public sealed class MetaTrainer : IDisposable
{
    private const string StatePrefix = "optimizer.";
    private const int LargestChunk = 32;

    private readonly Layer _model;
    private readonly TaskShape _shape;
    private readonly Optimizer _optimizer;
    private readonly PrivateStep _step;
    private int _done;

    private MetaTrainer(Layer model, TaskShape shape, Optimizer optimizer, PrivacyPlan plan, PrivateStep step, PrivacyLedger ledger)
    {
        _model = model;
        _shape = shape;
        _optimizer = optimizer;
        _step = step;
        Plan = plan;
        Ledger = ledger;
    }

    /// <summary>What is protected, how, and how strongly.</summary>
    public PrivacyPlan Plan { get; }

    /// <summary>The record of what was spent.</summary>
    public PrivacyLedger Ledger { get; }

    /// <summary>Number of trainable floats.</summary>
    public int ParameterCount => _model.ParameterCount;

    /// <summary>Compiles the training; afterwards rounds allocate nothing.</summary>
    /// <param name="model">The model, for one example.</param>
    /// <param name="loss">Loss and metric of one example.</param>
    /// <param name="learner">The meta-learning method.</param>
    /// <param name="input">Shape of one example.</param>
    /// <param name="optimizer">The outer update.</param>
    /// <param name="plan">The privacy plan; its unit must be the task.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="ledger">Where rounds are charged; in memory unless given. The trainer disposes of it.</param>
    /// <param name="options">Speed and seed.</param>
    /// <exception cref="ArgumentException">The plan protects something else than tasks, or the ledger belongs to another plan.</exception>
    /// <exception cref="ShapeException">Model and task do not fit.</exception>
    public static MetaTrainer Compile(
        Layer model, Loss loss, Learner learner, Shape input, Optimizer optimizer, PrivacyPlan plan, Device device, PrivacyLedger? ledger = null, TrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(learner);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(device);
        options ??= new TrainerOptions();
        if (plan.Unit != PrivacyUnit.Task)
        {
            throw new ArgumentException(
                $"MetaTrainer: the plan protects each {plan.Unit.ToString().ToLowerInvariant()}, but meta-training clips whole tasks. Build the plan with Protect(PrivacyUnit.Task).", nameof(plan));
        }

        if (ledger is not null && ledger.Plan.Hash != plan.Hash)
        {
            throw new ArgumentException("MetaTrainer: the ledger keeps another plan's budget. Create it with the plan that is trained under.", nameof(ledger));
        }

        TaskShape shape = learner.Options.TaskShape(input);
        int lanes = device.Lanes;
        int chunk = options.Chunk > 0 ? options.Chunk : Math.Clamp((plan.ExpectedLot + lanes - 1) / lanes, 1, LargestChunk);
        StepSpec spec = new(learner.TaskObjective(model, loss, shape), model.Layout, optimizer, plan, "task", chunk);
        PrivateStep step = new(spec, device);
        step.WriteParameters(model.Initialize(options.Seed));
        return new MetaTrainer(model, shape, optimizer, plan, step, ledger ?? PrivacyLedger.InMemory(plan));
    }

    /// <summary>Kernels, launches and bytes of the compiled step, for people.</summary>
    public string Explain() => _step.Explain();

    /// <summary>A copy of the current parameters, flat.</summary>
    public float[] Parameters()
    {
        float[] values = new float[_model.ParameterCount];
        _step.ReadParameters(values);
        return values;
    }

    /// <summary>Replaces the parameters, as for a warm start from public data.</summary>
    /// <param name="values">Flat, <see cref="ParameterCount"/> finite numbers.</param>
    /// <exception cref="ArgumentException">The count is wrong or a number is not finite.</exception>
    public void SetParameters(ReadOnlySpan<float> values)
    {
        if (values.Length != ParameterCount || !AllFinite(values))
        {
            throw new ArgumentException($"SetParameters: needs {ParameterCount} finite numbers; got {values.Length}.", nameof(values));
        }

        _step.WriteParameters(values);
    }

    /// <summary>
    /// Trains until the planned rounds are done, the budget is spent, or the caller cancels; always ends with a whole round. Runs on a thread of the pool.
    /// </summary>
    /// <param name="tasks">The population: task u is the data of person u, 0 to population - 1.</param>
    /// <param name="progress">Told after every round, on the training thread.</param>
    /// <param name="cancellationToken">Stops after the current round; the model stays usable and the ledger exact.</param>
    /// <exception cref="LedgerException">A charge could not be recorded; the model is that of the last whole round.</exception>
    /// <exception cref="ShapeException">Tasks have another shape than the trainer was compiled for.</exception>
    public Task<TrainResult> TrainAsync(ITaskSource tasks, IProgress<RoundReport>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        if (!tasks.InputShape.Equals(_shape.Input) || tasks.SupportCount != _shape.SupportCount || tasks.QueryCount != _shape.QueryCount)
        {
            throw new ShapeException(
                $"TrainAsync: tasks have {tasks.SupportCount} support and {tasks.QueryCount} query examples of {tasks.InputShape}; "
                + $"the trainer was compiled for {_shape.SupportCount} and {_shape.QueryCount} of {_shape.Input}.");
        }

        return Task.Run(() => Train(new TaskUnits(tasks, _shape), progress, cancellationToken), CancellationToken.None);
    }

    /// <summary>Writes the model: weights under their names, the plan, what was spent, and the optimizer's state so that training can go on.</summary>
    /// <param name="path">A .safetensors file; replaced whole or not at all.</param>
    /// <exception cref="ModelFileException">It can't be written.</exception>
    public void Save(string path)
    {
        float[] values = Parameters();
        List<NamedTensor> tensors = [];
        for (int i = 0; i < _model.Parameters.Count; i++)
        {
            ParameterSpec parameter = _model.Parameters[i];
            tensors.Add(new NamedTensor(parameter.Name, [.. parameter.Shape.Sizes], values.AsMemory(_model.Layout.Offsets[i], parameter.Shape.Count)));
        }

        for (int i = 0; i < _optimizer.StateNames.Count; i++)
        {
            float[] state = new float[ParameterCount];
            _step.ReadState(i, state);
            tensors.Add(new NamedTensor(StateName(i), [ParameterCount], state));
        }

        new Safetensors(tensors, Metadata()).Save(path);
    }

    /// <summary>Goes on from a saved model: weights, optimizer state, number of rounds. The ledger, not the file, says what was spent.</summary>
    /// <param name="path">A file that <see cref="Save"/> wrote under the same plan.</param>
    /// <exception cref="ModelFileException">It is missing, damaged, or belongs to another plan or model.</exception>
    public void Resume(string path)
    {
        Safetensors file = Safetensors.Load(path);
        if (!file.Metadata.TryGetValue("planHash", out string? hash) || hash != Plan.Hash)
        {
            throw new ModelFileException($"{path} was trained under another privacy plan. Resume with the settings it was begun with.");
        }

        float[] values = new float[ParameterCount];
        for (int i = 0; i < _model.Parameters.Count; i++)
        {
            Take(file, path, _model.Parameters[i].Name, _model.Layout.Part(values, i));
        }

        float[][] states = [.. Enumerable.Range(0, _optimizer.StateNames.Count).Select(_ => new float[ParameterCount])];
        for (int i = 0; i < states.Length; i++)
        {
            Take(file, path, StateName(i), states[i]);
        }

        if (!file.Metadata.TryGetValue("rounds", out string? rounds) || !int.TryParse(rounds, CultureInfo.InvariantCulture, out int done) || done < 0)
        {
            throw new ModelFileException($"{path} does not say how many rounds it was trained for. Restore it from a copy.");
        }

        _done = done;
        _step.WriteParameters(values);
        for (int i = 0; i < states.Length; i++)
        {
            _step.WriteState(i, states[i]);
        }
    }

    /// <summary>Frees the arena and closes the ledger; not the device.</summary>
    public void Dispose()
    {
        _step.Dispose();
        Ledger.Dispose();
    }

    /// <summary>The loop itself, on the calling thread, under known keys: for tests.</summary>
    internal TrainingLoop Loop(ITaskSource tasks, Kernels.Random.RandomKey key) => new(_step, Ledger, new TaskUnits(tasks, _shape), key) { Done = _done };

    private TrainResult Train(TaskUnits units, IProgress<RoundReport>? progress, CancellationToken cancellationToken)
    {
        using TrainingLoop loop = new(_step, Ledger, units) { Done = _done };
        long notFinite = 0;
        TrainingEnd end;
        while (loop.CanGoOn(out end))
        {
            if (cancellationToken.IsCancellationRequested)
            {
                end = TrainingEnd.Cancelled;
                break;
            }

            RoundReport report = loop.Round();
            _done = loop.Done;
            notFinite += report.Diagnostics.NotFinite;
            progress?.Report(report);
        }

        return new TrainResult(_done, end, Ledger.Spent.Epsilon, notFinite);
    }

    private Dictionary<string, string> Metadata() => new()
    {
        ["format"] = "fastdpmeta.1",
        ["plan"] = Plan.Describe(),
        ["planHash"] = Plan.Hash,
        ["spent"] = Ledger.Spent.ToString(),
        ["rounds"] = _done.ToString(CultureInfo.InvariantCulture),
        ["model"] = _model.ToString(),
    };

    private static void Take(Safetensors file, string path, string name, Span<float> target)
    {
        NamedTensor tensor = file[name];
        if (tensor.Values.Length != target.Length || !AllFinite(tensor.Values.Span))
        {
            throw new ModelFileException($"{path}: {name} must hold {target.Length} finite numbers; it has {tensor.Values.Length}. The file belongs to another model or is damaged.");
        }

        tensor.Values.Span.CopyTo(target);
    }

    private static bool AllFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    private static string StateName(int index) => FormattableString.Invariant($"{StatePrefix}{index}");
}
