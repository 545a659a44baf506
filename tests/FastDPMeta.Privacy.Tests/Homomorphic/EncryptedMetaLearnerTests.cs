using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Homomorphic;
using FastDPMeta.Privacy.Homomorphic.Learning;

namespace FastDPMeta.Privacy.Tests.Homomorphic;

/// <summary>Training on ciphertexts against the same algorithm on plain numbers.</summary>
public sealed class EncryptedMetaLearnerTests
{
    private const int Features = 4;

    [Theory]
    [InlineData(MetaRule.Reptile, 2, 2)]
    [InlineData(MetaRule.Reptile, 1, 1)]
    [InlineData(MetaRule.FirstOrderMaml, 2, 1)]
    [InlineData(MetaRule.FirstOrderMaml, 1, 3)]
    public void Encrypted_training_gives_the_weights_of_plain_training(MetaRule rule, int rounds, int innerSteps)
    {
        CkksParameters parameters = CkksParameters.Create(16384, 7, 40, 2);
        using CkksSecretKey secret = CkksSecretKey.Generate(parameters);
        TaskPacking packing = new(parameters, Features);
        CkksEvaluator evaluator = new(secret.CreateEvaluationKeys(packing.Rotations));
        List<GramTask> support = Tasks(1);
        List<GramTask> query = Tasks(2);
        EncryptedMetaOptions options = new(rule, rounds, innerSteps, InnerRate: 0.3, OuterRate: 0.7);
        EncryptedTasks encrypted = Encrypt(secret, packing, support);
        EncryptedTasks? queries = rule == MetaRule.FirstOrderMaml ? Encrypt(secret, packing, query) : null;
        CkksCiphertext model = new EncryptedMetaLearner(evaluator, options).Train(encrypted, queries);
        double[] plain = options.TrainPlain(support, queries is null ? null : query);
        Assert.Equal(parameters.Levels - options.Levels, model.Level);
        System.Numerics.Complex[] slots = secret.Decrypt(model).ForKeyHolderOnly();
        double norm = Math.Sqrt(plain.Sum(value => value * value));
        for (int i = 0; i < Features; i++)
        {
            for (int task = 0; task < packing.Capacity; task += 101)
            {
                double error = (slots[(i * packing.Capacity) + task] - plain[i]).Magnitude;
                Assert.InRange(error, 0, Math.Min(1e-4 * norm, model.ErrorBound));
            }
        }
    }

    [Fact]
    public void More_rounds_than_levels_and_missing_or_superfluous_queries_are_refused()
    {
        Party owner = Party.Medium.Value;
        TaskPacking packing = new(owner.Parameters, Features);
        EncryptedTasks tasks = Encrypt(owner.Secret, packing, Tasks(3));
        EncryptedMetaOptions options = new(MetaRule.Reptile, 2, 2, 0.3, 0.7);
        CkksException exception = Assert.Throws<CkksException>(() => new EncryptedMetaLearner(owner.Evaluator, options).Train(tasks));
        Assert.Contains("6 levels are needed and the tasks have 3", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new EncryptedMetaLearner(owner.Evaluator, options with { Rule = MetaRule.FirstOrderMaml }).Train(tasks));
        Assert.Throws<ArgumentException>(() => new EncryptedMetaLearner(owner.Evaluator, options).Train(tasks, tasks));
        Assert.Throws<ArgumentException>(() => new EncryptedMetaLearner(owner.Evaluator, options with { InnerRate = -1 }).Train(tasks));
        Assert.Throws<ArgumentException>(() => new TaskPacking(owner.Parameters, 3));
        Assert.Throws<ArgumentException>(() => EncryptedTasks.Encrypt(owner.Secret, packing, [new GramTask(new double[,] { { 9, 0, 0, 0 } }, [1])]).ToList());
        Assert.Throws<ArgumentException>(() => new GramTask(new double[0, 4], []));
    }

    [Fact]
    public void A_gram_task_steps_as_gradient_descent_on_its_examples()
    {
        double[,] x = { { 1, 2 }, { -1, 0.5 }, { 0, 3 } };
        double[] y = [1, -2, 0.5];
        GramTask task = new(x, y, ridge: 0.1);
        double[] w = [0.3, -0.2];
        double[] gradient = [.. w.Select(value => 0.1 * value)];
        for (int n = 0; n < 3; n++)
        {
            double error = (x[n, 0] * w[0]) + (x[n, 1] * w[1]) - y[n];
            gradient[0] += error * x[n, 0] / 3;
            gradient[1] += error * x[n, 1] / 3;
        }

        double[] step = task.Step(w, 0.5);
        Assert.Equal(w[0] - (0.5 * gradient[0]), step[0], 12);
        Assert.Equal(w[1] - (0.5 * gradient[1]), step[1], 12);
    }

    private static EncryptedTasks Encrypt(CkksSecretKey secret, TaskPacking packing, List<GramTask> tasks)
    {
        CkksCiphertext[] all = [.. EncryptedTasks.Encrypt(secret, packing, tasks).Select(ciphertext => ciphertext.Expand())];
        return new EncryptedTasks(packing, tasks.Count, all[..^1], all[^1]);
    }

    private static List<GramTask> Tasks(ulong seed)
    {
        using RandomKey key = RandomKey.UnsafeFixed(seed);
        using RandomStream stream = new(key);
        List<GramTask> tasks = [];
        for (int task = 0; task < 50; task++)
        {
            double[,] x = new double[10, Features];
            double[] y = new double[10];
            double[] truth = [1 + (0.2 * stream.NextGaussian()), -0.5, 0.3, 0.1 * stream.NextGaussian()];
            for (int n = 0; n < 10; n++)
            {
                for (int i = 0; i < Features; i++)
                {
                    x[n, i] = (2 * stream.NextDouble()) - 1;
                    y[n] += x[n, i] * truth[i];
                }
            }

            tasks.Add(new GramTask(x, y, 0.05));
        }

        return tasks;
    }
}
