using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy.Auditing;
using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Privacy.Training;

/// <summary>
/// Meta-trains a model on the tasks of many people under a privacy plan. The unit is <see cref="PrivacyUnit.Task"/>, where one person is one task, or <see cref="PrivacyUnit.User"/>, where a
/// person may own several: the gradient of everything a unit contributed, inner adaptation included, is clipped as a whole.
/// </summary>
public sealed class MetaTrainer : Trainer
{
    private const int LargestChunk = 32;

    private readonly TaskShape _shape;
    private readonly int _tasksPerUser;

    private MetaTrainer(Layer model, TaskShape shape, StepSpec spec, Device device, PrivacyLedger? ledger, TrainerOptions options)
        : base(model, spec, device, ledger, options) => (_shape, _tasksPerUser) = (shape, options.TasksPerUser);

    /// <summary>Compiles the training; afterwards rounds allocate nothing.</summary>
    /// <param name="model">The model, for one example.</param>
    /// <param name="loss">Loss and metric of one example.</param>
    /// <param name="learner">The meta-learning method.</param>
    /// <param name="input">Shape of one example.</param>
    /// <param name="optimizer">The outer update.</param>
    /// <param name="plan">The privacy plan; its unit must be the task or the user.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="ledger">Where rounds are charged; in memory unless given. The trainer disposes of it.</param>
    /// <param name="options">Speed and seed.</param>
    /// <param name="target">Shape of one example's target; one number unless given.</param>
    /// <exception cref="ArgumentException">The plan protects something else than tasks, the model normalises transductively under a plan with privacy, or the ledger belongs to another plan.</exception>
    /// <exception cref="ShapeException">Model and task do not fit.</exception>
    public static MetaTrainer Compile(
        Layer model, Loss loss, Learner learner, Shape input, Optimizer optimizer, PrivacyPlan plan, Device device, PrivacyLedger? ledger = null, TrainerOptions? options = null,
        Shape? target = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(learner);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(device);
        options ??= new TrainerOptions();
        if (plan.Unit != PrivacyUnit.User)
        {
            CheckUnit(plan, PrivacyUnit.Task, nameof(MetaTrainer), "whole tasks");
        }

        CheckTasksPerUser(learner, plan, options);
        if (model.UsesRandomness)
        {
            throw new ArgumentException(
                $"MetaTrainer: {model.Name} draws random numbers in training, which learners do not hand out. Take its dropout out.", nameof(model));
        }

        if (plan.IsPrivate && model.Norms.Contains(NormKind.Transductive))
        {
            throw new ArgumentException(
                $"MetaTrainer: {model.Name} normalises transductively: what it predicts for one query depends on the other queries of the batch. The plan's promise is about what a task gives to training; "
                + "a model of this kind goes on mixing people's queries whenever it is used, outside every clip and every ε, and its accuracy is not that of a person who asks alone. "
                + "Take NormKind.PerTask, Group or Layer, or train without privacy.", nameof(model));
        }

        TaskShape shape = learner.Options.TaskShape(input, target);
        learner = Fitting(learner, model, loss, shape, optimizer, plan, device, options);
        Layer learned = learner.Learned(model, shape);
        Computation objective = learner.TaskObjective(model, loss, shape);
        CheckOneTask(learner, learned, shape, objective);
        if (plan.Unit == PrivacyUnit.User)
        {
            objective = UserUnits.Objective(objective, learned.Parameters.Count, options.TasksPerUser);
        }

        StepSpec one = new(objective, learned.Layout, optimizer, plan, plan.Unit == PrivacyUnit.User ? "user" : "task", Math.Max(1, options.Chunk), learner.UsesRandomness);
        StepSpec spec = options.Chunk > 0 ? one : StepSize.Of(one, device, LargestChunk);
        return new MetaTrainer(learned, shape, spec, device, ledger, options) { Learner = learner };
    }

    /// <summary>The learner that is trained with: the one given or, where memory is short, the same in its <see cref="Learner.Recomputed"/> form.</summary>
    public Learner Learner { get; private init; } = null!;

    /// <summary>The learner as it is where one unit fits into the memory bound; otherwise with inner steps computed again. The planner of the arena tells.</summary>
    private static Learner Fitting(Learner learner, Layer model, Loss loss, TaskShape shape, Optimizer optimizer, PrivacyPlan plan, Device device, TrainerOptions options)
    {
        Learner recomputed = learner.Recomputed;
        if (ReferenceEquals(recomputed, learner))
        {
            return learner;
        }

        long bound = options.MostLaneBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 / device.Lanes;
        StepSpec one = new(learner.TaskObjective(model, loss, shape), learner.Learned(model, shape).Layout, optimizer, plan, "task", Chunk: 1);
        return sizeof(float) * StepPrograms.Measure(one.TrainableFirst()).Floats > bound ? recomputed : learner;
    }

    private static void CheckTasksPerUser(Learner learner, PrivacyPlan plan, TrainerOptions options)
    {
        if (options.TasksPerUser < 1 || (options.TasksPerUser > 1 && plan.Unit != PrivacyUnit.User))
        {
            throw new ArgumentException(
                $"MetaTrainer: TasksPerUser is {options.TasksPerUser} and the plan protects each {plan.Unit.ToString().ToLowerInvariant()}. Several tasks of one person need Protect(PrivacyUnit.User); one task a unit is 1.",
                nameof(options));
        }

        if (plan.Unit == PrivacyUnit.User && learner.UsesRandomness)
        {
            throw new ArgumentException($"MetaTrainer: {learner.Name} draws random numbers for each task, and a user has one key for all of theirs. Protect tasks, or take another learner.", nameof(learner));
        }
    }

    /// <summary>A meta-loss of several tasks at once, as one with a contrast between tasks, has no contribution of one task that could be clipped.</summary>
    private static void CheckOneTask(Learner learner, Layer learned, TaskShape shape, Computation objective)
    {
        Shape[] wanted =
        [
            .. learned.Parameters.Select(parameter => parameter.Shape), shape.SupportInputs, shape.SupportTargets, shape.QueryInputs, shape.QueryTargets,
            .. learner.UsesRandomness ? (Shape[])[Randomness.KeyShape] : [],
        ];
        Shape[] got = [.. objective.Inputs.Select(input => input.Shape)];
        int parameters = Math.Min(learned.Parameters.Count, got.Length);
        if (!got.SequenceEqual(wanted))
        {
            throw new ArgumentException(
                $"MetaTrainer: the meta-loss of {learner.Name} takes {string.Join(", ", got.Skip(parameters).Select(data => data.ToString()))}, and one task is "
                + $"{string.Join(", ", wanted.Skip(learned.Parameters.Count).Select(data => data.ToString()))}. A loss that mixes tasks has no contribution of one person to clip: "
                + "write TaskObjective for one task; the trainer adds the task axis.", nameof(learner));
        }

        if (objective.Outputs.Count != 3 || objective.Outputs.Any(output => output.Shape.Rank != 0))
        {
            throw new ArgumentException(
                $"MetaTrainer: the meta-loss of {learner.Name} must give the objective, the query loss and the metric, three scalars; it gives "
                + $"{string.Join(", ", objective.Outputs.Select(output => output.Shape))}. Sum or average over the task's examples.", nameof(learner));
        }
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
        CheckShape(tasks, nameof(TrainAsync));
        if (Plan.Unit == PrivacyUnit.User)
        {
            throw new InvalidOperationException("TrainAsync: the plan protects users; say who owns which task with TrainUsersAsync(tasks, owners).");
        }

        return StartAsync(new TaskUnits(tasks, _shape), progress, cancellationToken);
    }

    /// <summary>As <see cref="TrainAsync"/>, for a plan that protects users: lots are drawn among persons, and each contributes the mean over the tasks of theirs that count.</summary>
    /// <param name="tasks">The tasks of all.</param>
    /// <param name="owners">Who owns which; as many persons as the plan's population.</param>
    /// <param name="progress">Told after every round, on the training thread.</param>
    /// <param name="cancellationToken">Stops after the current round; the model stays usable and the ledger exact.</param>
    /// <exception cref="InvalidOperationException">The plan protects something else than users.</exception>
    /// <exception cref="ArgumentException">There are fewer persons than the plan's population, or other places than the trainer was compiled for.</exception>
    /// <exception cref="LedgerException">A charge could not be recorded; the model is that of the last whole round.</exception>
    /// <exception cref="ShapeException">Tasks have another shape than the trainer was compiled for.</exception>
    public Task<TrainResult> TrainUsersAsync(ITaskSource tasks, TaskOwners owners, IProgress<RoundReport>? progress = null, CancellationToken cancellationToken = default)
    {
        CheckShape(tasks, nameof(TrainUsersAsync));
        ArgumentNullException.ThrowIfNull(owners);
        if (Plan.Unit != PrivacyUnit.User)
        {
            throw new InvalidOperationException(
                $"TrainUsersAsync: the plan protects each {Plan.Unit.ToString().ToLowerInvariant()}, so that a person with several tasks would be protected in each of them only. Plan with Protect(PrivacyUnit.User).");
        }

        if (owners.Users < Plan.Population || owners.TasksPerUser != _tasksPerUser)
        {
            throw new ArgumentException(
                $"TrainUsersAsync: needs {Plan.Population} persons with {_tasksPerUser} tasks each; got {owners.Users} with {owners.TasksPerUser}. Set TrainerOptions.TasksPerUser, and the plan's population, as owners have them.",
                nameof(owners));
        }

        return StartAsync(new UserUnits(tasks, owners, _shape), progress, cancellationToken);
    }

    /// <summary>
    /// Looks for evidence against the plan's promise: canaries with worst-case gradients in releases of this step and in whole trainings of it, on the same device with the same sampling, clip, noise
    /// and ledger rules. Neither the model nor the ledger changes.
    /// </summary>
    /// <param name="tasks">The data; some units give their places to canaries.</param>
    /// <param name="options">How much; a minute's worth when left out.</param>
    /// <param name="cancellationToken">Stops with an exception.</param>
    /// <returns>What was found. A sound training gives lower bounds far below the promise: an audit can refute, not prove.</returns>
    /// <exception cref="ArgumentException">An option is out of range, or the plan has no privacy.</exception>
    /// <exception cref="ShapeException">The data has another shape than the trainer was compiled for.</exception>
    public AuditReport Audit(ITaskSource tasks, AuditOptions? options = null, CancellationToken cancellationToken = default)
    {
        CheckShape(tasks, nameof(Audit));
        if (Plan.Unit == PrivacyUnit.User)
        {
            throw new InvalidOperationException("Audit: looks at tasks as units, and the plan protects users. Audit the same step under Protect(PrivacyUnit.Task).");
        }

        return Audit(new TaskUnits(tasks, _shape), options, cancellationToken);
    }

    private void CheckShape(ITaskSource tasks, string operation)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        if (!tasks.InputShape.Equals(_shape.Input) || !tasks.TargetShape.Equals(_shape.Target) || tasks.SupportCount != _shape.SupportCount || tasks.QueryCount != _shape.QueryCount)
        {
            throw new ShapeException(
                $"{operation}: tasks have {tasks.SupportCount} support and {tasks.QueryCount} query examples of {tasks.InputShape} with targets {tasks.TargetShape}; "
                + $"the trainer was compiled for {_shape.SupportCount} and {_shape.QueryCount} of {_shape.Input} with targets {_shape.Target}.");
        }
    }
}
