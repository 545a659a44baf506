using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Engine.Tests.Meta;

public sealed class TaskShapeTests
{
    [Fact]
    public void A_shape_counts_examples_over_all_classes()
    {
        TaskShape shape = new(new Shape(1, 28, 28), way: 5, shot: 1, query: 3);
        Assert.Equal(new Shape(5, 1, 28, 28), shape.SupportInputs);
        Assert.Equal(new Shape(5), shape.SupportTargets);
        Assert.Equal(new Shape(15, 1, 28, 28), shape.QueryInputs);
        Assert.Equal(new Shape(15), shape.QueryTargets);
    }

    [Fact]
    public void A_source_of_tasks_gives_its_shape() => Assert.Equal(new TaskShape(new Shape(1), 1, 10, 4), TaskShape.Of(new SinusoidTasks(shot: 10, query: 4)));

    [Fact]
    public void Counts_below_one_are_refused() =>
        Assert.Contains("got 0, 1 and -2", Assert.Throws<ArgumentException>(() => new TaskShape(new Shape(1), 0, 1, -2)).Message, StringComparison.Ordinal);
}
