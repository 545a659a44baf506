using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>A task's examples as rows of a matrix, for learners that read whole support sets.</summary>
internal static class TaskRows
{
    /// <summary>Inputs as [example, feature].</summary>
    public static Tensor Inputs(Tensor inputs) => inputs.Reshape(inputs.Shape.Axes[0], inputs.Shape.Count / inputs.Shape[0]);

    /// <summary>Numbers of one row of <see cref="Targets"/>.</summary>
    public static int TargetWidth(TaskShape shape) => shape.Way > 1 ? shape.Way : shape.Target.Count;

    /// <summary>Targets as [example, value], classes as [example, class] of zeros and a one.</summary>
    public static Tensor Targets(TaskShape shape, Tensor targets)
    {
        Tensor rows = targets.Reshape(targets.Shape.Axes[0], shape.Target.Count);
        return shape.Way > 1 ? Tensor.EqualTo(rows, targets.Iota(shape.Way).Reshape(1, new Axis(shape.Way, "class"))) : rows;
    }

    /// <summary>The model's outputs on inputs with a context behind each.</summary>
    /// <param name="model">Takes [feature + context].</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="inputs">[example, …].</param>
    /// <param name="context">[context], or [example, context].</param>
    /// <exception cref="ArgumentException">The model normalises over a task's examples.</exception>
    public static Tensor OutputsWith(Layer model, ReadOnlySpan<Tensor> parameters, Tensor inputs, Tensor context)
    {
        Batched.RequireSingleExamples(model, "Learners with a context");
        Tensor rows = Inputs(inputs);
        Tensor behind = context.BroadcastTo(new Shape(rows.Shape.Axes[0], new Axis(context.Shape[-1], "feature")));
        return Batched.Support(model, parameters, Tensor.Concatenate(1, rows, behind));
    }
}
