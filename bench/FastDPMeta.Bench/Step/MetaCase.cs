using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Bench.Step;

/// <summary>A step of Omniglot meta-training, 1-shot, on tasks made of random strokes: what matters is their shape.</summary>
internal sealed class MetaCase : IUnitSource
{
    private const double Ink = 0.1; // of the pixels
    private readonly float[][] _images;

    /// <summary>A case.</summary>
    /// <param name="learner"><c>maml</c> or <c>protonet</c>.</param>
    /// <param name="norm">What the network normalises over.</param>
    /// <param name="way">Classes.</param>
    /// <param name="query">Queries a class.</param>
    /// <param name="filters">Filters of each of four convolutions.</param>
    /// <param name="innerSteps">Steps of adaptation, differentiated through.</param>
    /// <param name="recompute">Whether activations of the steps are computed again.</param>
    /// <param name="tasks">How many different tasks there are.</param>
    public MetaCase(string learner, NormKind norm, int way, int query, int filters, int innerSteps, bool recompute, int tasks)
    {
        Learner = learner == "maml"
            ? new Maml(new MamlOptions { Way = way, Shot = 1, Query = query, InnerSteps = innerSteps, InnerRate = 0.4, Recompute = recompute })
            : new ProtoNet(new ProtoNetOptions { Way = way, Shot = 1, Query = query });
        Model = Models.OmniglotConv(norm, filters, classes: learner == "maml" ? way : null);
        Shape = Learner.Options.TaskShape(Models.OmniglotImage);
        using Kernels.Random.RandomKey key = Kernels.Random.RandomKey.UnsafeFixed(7);
        using Kernels.Random.RandomStream random = new(key);
        _images = [.. Enumerable.Range(0, tasks).Select(_ =>
            Enumerable.Range(0, (Shape.SupportCount + Shape.QueryCount) * Models.OmniglotImage.Count).Select(_ => random.NextDouble() < Ink ? 1f : 0f).ToArray())];
    }

    public Learner Learner { get; }

    public Layer Model { get; }

    public TaskShape Shape { get; }

    public IReadOnlyList<Shape> Shapes => [Shape.SupportInputs, Shape.SupportTargets, Shape.QueryInputs, Shape.QueryTargets];

    /// <summary>The step; a chunk of 0 is chosen as training would.</summary>
    public StepSpec Step(int tasks, bool isPrivate, Device device, int chunk)
    {
        const int population = 50_000;
        PrivacyPlan plan = isPrivate
            ? new PrivacyPlanBuilder().Protect(PrivacyUnit.Task).Within(new PrivacyBudget(8, 1e-6)).Poisson(population, tasks, 1000).ClipTo(1).Build()
            : PrivacyPlan.None(PrivacyUnit.Task, population, tasks, 1000);
        const int largest = 32; // as MetaTrainer
        StepSpec one = new(Learner.TaskObjective(Model, Loss.CrossEntropy, Shape), Model.Layout, Optimizer.Adam(1e-3), plan, "task", Math.Max(1, chunk));
        return chunk > 0 ? one : StepSize.Of(one, device, largest);
    }

    public void Fill(int unit, UnitBuffers arguments)
    {
        float[] images = _images[unit % _images.Length];
        images.AsSpan(0, arguments[0].Length).CopyTo(arguments[0]);
        images.AsSpan(arguments[0].Length, arguments[2].Length).CopyTo(arguments[2]);
        for (int set = 1; set <= 3; set += 2)
        {
            for (int i = 0; i < arguments[set].Length; i++)
            {
                arguments[set][i] = i % Shape.Way;
            }
        }
    }
}
