using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Tests.Training;

/// <summary>One person in many tasks: the person moves the sum by at most the clip norm, whatever the number of tasks.</summary>
public sealed class UserUnitsTests : IDisposable
{
    private const int Places = 3;
    private const float Clip = 0.3f;
    private static readonly Sequential Model = Models.SinusoidNet(6);
    private static readonly Maml Learner = new(new() { Shot = 4, Query = 4, InnerRate = 0.02 });
    private readonly Device _device = Device.Open("cpu", new DeviceOptions { Threads = 2 });
    private readonly SinusoidTasks _tasks = new(shot: 4, query: 4);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void A_person_with_many_tasks_moves_the_sum_by_at_most_the_clip_norm_and_nobody_else()
    {
        // The neighbour: the same people and, in the last place, one more, with 40 tasks.
        long[][] people = [[0], [1, 2], [3, 4, 5, 6, 7], [.. Enumerable.Range(100, 40).Select(task => (long)task)]];
        UserUnits with = Units(new TaskOwners(people, Places));
        UserUnits without = Units(new TaskOwners(people[..^1], Places));
        using PrivateStep step = new(Spec(), _device);
        step.WriteParameters(Model.Initialize(3));
        step.Accumulate([0, 1, 2], without);
        float[] before = step.ReadSum();
        step.Accumulate([0, 1, 2, 3], with);
        float[] after = step.ReadSum();
        double moved = Math.Sqrt(before.Zip(after, (a, b) => (double)(b - a) * (b - a)).Sum());
        Assert.InRange(moved, 0.9 * Clip, Clip * (1 + 1e-5)); // gradients are longer than the norm, so the bound is reached
    }

    [Fact]
    public void A_persons_contribution_is_the_clipped_mean_of_the_tasks_that_count()
    {
        TaskOwners owners = new([[5, 9, 11, 20], [2]], Places, seed: 1);
        UserUnits units = Units(owners);
        using PrivateStep step = new(Spec(), _device);
        float[] parameters = Model.Initialize(3);
        step.WriteParameters(parameters);
        Computation slope = Learner.TaskObjective(Model, Loss.MeanSquaredError, Learner.Options.TaskShape(_tasks.InputShape)).Grad([.. Enumerable.Range(0, Model.Parameters.Count)]);
        for (int user = 0; user < owners.Users; user++)
        {
            double[] mean = new double[Model.ParameterCount];
            for (int place = 0; place < Places; place++)
            {
                double[] one = TaskGradient(slope, parameters, owners.TasksOf(user)[place % owners.TasksOf(user).Count]);
                for (int i = 0; i < mean.Length; i++)
                {
                    mean[i] += one[i] / Places;
                }
            }

            double norm = Math.Sqrt(mean.Sum(value => value * value));
            step.Accumulate([user], units);
            float[] actual = step.ReadSum();
            for (int i = 0; i < mean.Length; i++)
            {
                Assert.Equal(mean[i] * Math.Min(1, Clip / norm), actual[i], 1e-5);
            }
        }
    }

    [Fact]
    public void So_many_of_a_persons_tasks_count_and_the_choice_is_the_persons_own()
    {
        long[][] people = [[.. Enumerable.Range(0, 50).Select(task => (long)task)], [60, 61], [70, 71, 72, 73]];
        TaskOwners owners = new(people, Places, seed: 7);
        Assert.Equal(Places, owners.TasksOf(0).Distinct().Count());
        Assert.All(owners.TasksOf(0), task => Assert.Contains(task, people[0]));
        Assert.Equal([60L, 61L], owners.TasksOf(1).Order());
        TaskOwners others = new([people[0], [80, 81, 82, 83, 84], people[2]], Places, seed: 7);
        Assert.Equal(owners.TasksOf(0), others.TasksOf(0));
        Assert.Equal(owners.TasksOf(2), others.TasksOf(2));
        Assert.NotEqual(owners.TasksOf(0), new TaskOwners(people, Places, seed: 8).TasksOf(0));
    }

    [Fact]
    public void Owners_that_bound_nobody_are_refused_all_at_once()
    {
        string message = Assert.Throws<ArgumentException>(() => new TaskOwners([[1, -2], [], [1]], 0)).Message;
        Assert.Contains("tasksPerUser must be at least 1; got 0", message, StringComparison.Ordinal);
        Assert.Contains("each must own a task", message, StringComparison.Ordinal);
        Assert.Contains("person 0 has a task numbered -2", message, StringComparison.Ordinal);
        Assert.Contains("task 1 belongs to person 0 and, again, to person 2", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lots_are_drawn_among_persons_and_the_plan_says_user()
    {
        PrivacyPlan plan = Plan(PrivacyUnit.User);
        Assert.Contains("Protects each user (all tasks of one person)", plan.Describe(), StringComparison.Ordinal);
        using MetaTrainer trainer = Compile(plan, Places);
        float[] before = trainer.Parameters();
        TaskOwners owners = new([.. Enumerable.Range(0, 200).Select(user => Enumerable.Range(10 * user, 1 + (user % 6)).Select(task => (long)task).ToArray())], Places);
        TrainResult result = await trainer.TrainUsersAsync(_tasks, owners);
        Assert.Equal(5, result.Rounds);
        Assert.Equal(plan.Promise, trainer.Ledger.Spent);
        Assert.NotEqual(before, trainer.Parameters());
    }

    [Fact]
    public void Units_that_are_not_the_plans_are_refused_in_words()
    {
        TaskOwners owners = new([.. Enumerable.Range(0, 200).Select(user => new long[] { user })], 1);
        using MetaTrainer tasks = Compile(Plan(PrivacyUnit.Task), 1);
        Assert.Contains("would be protected in each of them only", Thrown<InvalidOperationException>(() => tasks.TrainUsersAsync(_tasks, owners)), StringComparison.Ordinal);
        using MetaTrainer users = Compile(Plan(PrivacyUnit.User), Places);
        Assert.Contains("say who owns which task", Thrown<InvalidOperationException>(() => users.TrainAsync(_tasks)), StringComparison.Ordinal);
        Assert.Contains("needs 200 persons with 3 tasks each; got 200 with 1", Thrown<ArgumentException>(() => users.TrainUsersAsync(_tasks, owners)), StringComparison.Ordinal);
        Assert.Contains("TasksPerUser is 3 and the plan protects each task", Thrown<ArgumentException>(() => Compile(Plan(PrivacyUnit.Task), Places)), StringComparison.Ordinal);
    }

    private static string Thrown<T>(Func<object> act)
        where T : Exception => Assert.Throws<T>(() => { act(); }).Message;

    private static PrivacyPlan Plan(PrivacyUnit unit) =>
        new PrivacyPlanBuilder().Protect(unit).Within(new PrivacyBudget(8, 1e-6)).Poisson(200, 20, rounds: 5).ClipTo(Clip).Build();

    private MetaTrainer Compile(PrivacyPlan plan, int places) => MetaTrainer.Compile(
        Model, Loss.MeanSquaredError, Learner, _tasks.InputShape, Optimizer.Adam(1e-2), plan, _device, options: new TrainerOptions { TasksPerUser = places });

    private StepSpec Spec() => new(
        UserUnits.Objective(Learner.TaskObjective(Model, Loss.MeanSquaredError, Learner.Options.TaskShape(_tasks.InputShape)), Model.Parameters.Count, Places),
        Model.Layout, Optimizer.Sgd(0.1), Plan(PrivacyUnit.User), "user", Chunk: 2);

    private UserUnits Units(TaskOwners owners) => new(_tasks, owners, Learner.Options.TaskShape(_tasks.InputShape));

    private double[] TaskGradient(Computation slope, float[] parameters, long task)
    {
        float[][] data = [new float[4], new float[4], new float[4], new float[4]];
        _tasks.Fill(task, data[0], data[1], data[2], data[3]);
        double[][] arguments = [.. Model.Parameters.Select((_, i) => Double(Model.Layout.Part(parameters, i).ToArray())), .. data.Select(Double)];
        return [.. Interpreter.Run(slope, arguments)[^Model.Parameters.Count..].SelectMany(part => part)];
    }

    private static double[] Double(float[] values) => [.. values.Select(value => (double)value)];
}
