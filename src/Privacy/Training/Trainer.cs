using System.Globalization;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Serving;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy.Auditing;
using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Privacy.Training;

/// <summary>What every private trainer is: a compiled step, a plan, a ledger, and parameters that can be saved and trained on.</summary>
public abstract class Trainer : IDisposable
{
    private const string StatePrefix = "optimizer.";
    private const string ClipName = "clip.norm";
    private const string LedgerHeadName = "ledgerHead";

    private readonly Layer _model;
    private readonly Optimizer _optimizer;
    private readonly PrivateStep _step;
    private readonly StepSpec _spec;
    private readonly Device _device;
    private int _done;

    private int _running;

    private protected Trainer(Layer model, StepSpec spec, Device device, PrivacyLedger? ledger, TrainerOptions options)
    {
        if (ledger is not null && ledger.Plan.Hash != spec.Plan.Hash)
        {
            throw new ArgumentException($"{GetType().Name}: the ledger keeps another plan's budget. Create it with the plan that is trained under.", nameof(ledger));
        }

        _model = model;
        _optimizer = spec.Optimizer;
        (_spec, _device) = (spec, device);
        _step = PlaceCheck.Compile(spec, device);
        _step.WriteParameters(model.Initialize(options.Seed));
        Plan = spec.Plan;
        Ledger = ledger ?? PrivacyLedger.InMemory(spec.Plan);
    }

    /// <summary>What is protected, how, and how strongly.</summary>
    public PrivacyPlan Plan { get; }

    /// <summary>The record of what was spent.</summary>
    public PrivacyLedger Ledger { get; }

    /// <summary>Number of floats of all parameters, frozen ones included.</summary>
    public int ParameterCount => _model.ParameterCount;

    /// <summary>The clip norm of the next round: the plan's, unless it adapts. It may be published: the noisy counts it follows from are accounted for.</summary>
    public float ClipNorm => _step.ClipNorm;

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

        RefuseWhileTraining(nameof(SetParameters));
        _step.WriteParameters(values);
    }

    /// <summary>Writes the model: weights under their names, the plan, what was spent, and the optimizer's state and the clip norm so that training can go on.</summary>
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
            float[] state = new float[_model.Layout.TrainableCount];
            _step.ReadState(i, state);
            tensors.Add(new NamedTensor(StateName(i), [state.Length], state));
        }

        if (Adapts)
        {
            tensors.Add(new NamedTensor(ClipName, [1], new[] { _step.ClipNorm }));
        }

        new Safetensors(tensors, Metadata()).Save(path);
    }

    /// <summary>Goes on from a saved model: weights, optimizer state, number of rounds. The ledger, not the file, says what was spent.</summary>
    /// <param name="path">A file that <see cref="Save"/> wrote under the same plan.</param>
    /// <exception cref="ModelFileException">It is missing, damaged, belongs to another plan or model, or the ledger lacks what it had when the file was saved.</exception>
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

        float[][] states = [.. Enumerable.Range(0, _optimizer.StateNames.Count).Select(_ => new float[_model.Layout.TrainableCount])];
        for (int i = 0; i < states.Length; i++)
        {
            Take(file, path, StateName(i), states[i]);
        }

        float[] clip = [_step.ClipNorm];
        if (Adapts)
        {
            Take(file, path, ClipName, clip);
        }

        if (!file.Metadata.TryGetValue("rounds", out string? rounds) || !int.TryParse(rounds, CultureInfo.InvariantCulture, out int done) || done < 0)
        {
            throw new ModelFileException($"{path} does not say how many rounds it was trained for. Restore it from a copy.");
        }

        if (Plan.IsPrivate && Ledger.LastRound + 1 < done)
        {
            throw new ModelFileException(
                $"{path} was trained for {done} rounds, and the ledger has charged {Ledger.LastRound + 1}: what was spent before would be forgotten. Resume with the ledger of that run.");
        }

        if (Plan.IsPrivate && file.Metadata.TryGetValue(LedgerHeadName, out string? noted) && !(LedgerHead.TryParse(noted, out LedgerHead head) && Ledger.Contains(head)))
        {
            throw new ModelFileException(
                $"{path} was trained with a ledger that had the record {noted}, and this ledger has not: it was put back from an older copy, or belongs to another run. Resume with the newest ledger of that run.");
        }

        if (!(clip[0] > 0))
        {
            throw new ModelFileException($"{path} has the clip norm {clip[0]}; it must be above 0. Restore it from a copy.");
        }

        RefuseWhileTraining(nameof(Resume));
        _done = done;
        _step.ClipNorm = clip[0];
        _step.WriteParameters(values);
        for (int i = 0; i < states.Length; i++)
        {
            _step.WriteState(i, states[i]);
        }
    }

    /// <summary>Frees the arena and closes the ledger; not the device.</summary>
    public virtual void Dispose()
    {
        _step.Dispose();
        Ledger.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The loop itself, on the calling thread, under known keys: for tests.</summary>
    internal TrainingLoop Loop(IUnitSource units, Kernels.Random.RandomKey key) => new(_step, Ledger, units, key) { Done = _done };

    /// <summary>Some rounds on the calling thread, under known keys: for tests.</summary>
    internal void Rounds(IUnitSource units, Kernels.Random.RandomKey key, int rounds)
    {
        using TrainingLoop loop = Loop(units, key);
        for (int round = 0; round < rounds; round++)
        {
            loop.Round();
        }

        _done = loop.Done;
    }

    private protected static void CheckUnit(PrivacyPlan plan, PrivacyUnit unit, string trainer, string clips)
    {
        if (plan.Unit != unit)
        {
            throw new ArgumentException(
                $"{trainer}: the plan protects each {plan.Unit.ToString().ToLowerInvariant()}, but {trainer} clips {clips}. Build the plan with Protect(PrivacyUnit.{unit}).", nameof(plan));
        }
    }

    /// <summary>Starts the rounds on a thread of the pool.</summary>
    private protected Task<TrainResult> StartAsync(IUnitSource units, IProgress<RoundReport>? progress, CancellationToken cancellationToken)
    {
        // Two loops would add up their lots in one sum, and release units twice for one charge.
        if (Interlocked.Exchange(ref _running, 1) != 0)
        {
            throw Busy("TrainAsync");
        }

        return Task.Run(
            () =>
            {
                try
                {
                    return Train(units, progress, cancellationToken);
                }
                finally
                {
                    Volatile.Write(ref _running, 0);
                }
            },
            CancellationToken.None);
    }

    /// <summary>Audits this training from the parameters as they are, in steps of its own: neither the model nor the ledger changes.</summary>
    private protected AuditReport Audit(IUnitSource units, AuditOptions? options, CancellationToken cancellationToken)
    {
        RefuseWhileTraining(nameof(Audit));
        return AuditReport.Run(_spec, Plan, units, Parameters(), _device, options ?? new AuditOptions(), cancellationToken);
    }

    private static InvalidOperationException Busy(string operation) => new($"{operation}: this trainer is training already. Await the first TrainAsync.");

    private void RefuseWhileTraining(string operation)
    {
        if (Volatile.Read(ref _running) != 0)
        {
            throw Busy(operation);
        }
    }

    private bool Adapts => Plan.Clipping is { Kind: ClippingKind.Adaptive };

    private TrainResult Train(IUnitSource units, IProgress<RoundReport>? progress, CancellationToken cancellationToken)
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

            RoundReport report;
            try
            {
                report = loop.Round();
            }
            catch (PrivacyBudgetException)
            {
                // Others who draw on the same ledger were faster between the question and the charge.
                end = TrainingEnd.BudgetSpent;
                break;
            }

            _done = loop.Done;
            notFinite += report.Diagnostics.NotFinite;
            progress?.Report(report);
        }

        return new TrainResult(_done, end, Ledger.Spent.Epsilon, notFinite);
    }

    private Dictionary<string, string> Metadata()
    {
        Dictionary<string, string> metadata = new()
        {
            ["format"] = "fastdpmeta.1",
            ["plan"] = Plan.Describe(),
            ["planHash"] = Plan.Hash,
            ["spent"] = Ledger.Spent.ToString(),
            ["rounds"] = _done.ToString(CultureInfo.InvariantCulture),
            ["model"] = _model.ToString(),
        };
        if (Ledger.IsKept)
        {
            metadata[LedgerHeadName] = Ledger.Head.ToString();
        }

        return metadata;
    }

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
