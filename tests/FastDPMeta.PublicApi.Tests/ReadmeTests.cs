using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.PublicApi.Tests;

/// <summary>The README's lines, compiled and run with the public surface alone, and compared with the README letter by letter.</summary>
public sealed class ReadmeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fastdpmeta-readme").FullName;
    private readonly string _before = Directory.GetCurrentDirectory();

    public ReadmeTests() => Directory.SetCurrentDirectory(_folder);

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_ten_lines_run_and_leave_a_model_within_its_budget()
    {
        // <readme>
        Layer model = new Sequential(
            new Dense(1, 40, Activation.Relu, name: "hidden1"), new Dense(40, 40, Activation.Relu, name: "hidden2"), new Dense(40, 1, name: "output"));
        PrivacyPlan plan = new PrivacyPlanBuilder()
            .Protect(PrivacyUnit.Task)                                     // one user is one task
            .Within(new PrivacyBudget(epsilon: 3, delta: 1e-6))
            .Poisson(population: 50_000, expectedLot: 64, rounds: 5_000)   // the sampler and the accountant both follow this
            .ClipTo(l2Norm: 1)
            .Build();                                                      // calibrates the noise; names everything that is wrong at once
        SinusoidTasks tasks = new(shot: 10, query: 10);
        Maml maml = new(new MamlOptions { Shot = 10, Query = 10, InnerSteps = 1, InnerRate = 0.01 });
        using Device device = Device.Best();
        using MetaTrainer trainer = MetaTrainer.Compile(model, Loss.MeanSquaredError, maml, tasks.InputShape, Optimizer.Adam(rate: 5e-3), plan, device);
        TrainResult result = await trainer.TrainAsync(tasks);              // stops by itself at the budget
        trainer.Save("sinusoid.safetensors");
        // </readme>

        Assert.Equal(TrainingEnd.RoundsDone, result.End);
        Assert.InRange(result.Epsilon, 2.9, 3.0);
        Assert.All(trainer.Parameters(), value => Assert.True(float.IsFinite(value)));
        Assert.True(new FileInfo("sinusoid.safetensors").Length > sizeof(float) * model.ParameterCount);
    }

    [Fact]
    public void The_README_shows_exactly_these_lines()
    {
        string root = RepositoryRoot();
        string source = File.ReadAllText(Path.Combine(root, "tests", "FastDPMeta.PublicApi.Tests", "ReadmeTests.cs"));
        string region = source[(source.IndexOf("// <readme>\n", StringComparison.Ordinal) + 12)..source.IndexOf("        // </readme>", StringComparison.Ordinal)];
        string lines = string.Join('\n', region.Split('\n').Select(line => line.Length > 8 ? line[8..] : line));
        string readme = File.ReadAllText(Path.Combine(root, "README.md"));
        int start = readme.IndexOf("```csharp\n", StringComparison.Ordinal) + 10;
        Assert.Equal(lines.TrimEnd(), readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)].TrimEnd());
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FastDPMeta.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside a checkout.");
    }
}
