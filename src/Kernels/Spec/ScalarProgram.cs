using FastDPMeta.Kernels.Scalar;

namespace FastDPMeta.Kernels.Spec;

/// <summary>
/// One step of a <see cref="ScalarProgram"/>: a value computed from earlier values.
/// </summary>
/// <param name="Kind">Where the value comes from.</param>
/// <param name="Op">The scalar op of an <see cref="ScalarStepKind.Apply"/> step; otherwise null.</param>
/// <param name="A">Input number for <see cref="ScalarStepKind.Input"/>; else index of the first argument's step.</param>
/// <param name="B">Index of the second argument's step, or -1.</param>
/// <param name="C">Index of the third argument's step, or -1.</param>
/// <param name="Value">The constant of a <see cref="ScalarStepKind.Constant"/> step.</param>
public readonly record struct ScalarStep(ScalarStepKind Kind, ScalarOp? Op, int A, int B, int C, float Value)
{
    /// <summary>Reads input number <paramref name="index"/> of the spec.</summary>
    /// <param name="index">Index into the spec's inputs.</param>
    public static ScalarStep Input(int index) => new(ScalarStepKind.Input, null, index, -1, -1, 0);

    /// <summary>A constant.</summary>
    /// <param name="value">Any float.</param>
    public static ScalarStep Constant(float value) => new(ScalarStepKind.Constant, null, -1, -1, -1, value);

    /// <summary>Applies <paramref name="op"/> to the values of earlier steps.</summary>
    /// <param name="op">The op; its arity says how many arguments count.</param>
    /// <param name="a">Step of the first argument.</param>
    /// <param name="b">Step of the second argument, or -1.</param>
    /// <param name="c">Step of the third argument, or -1.</param>
    public static ScalarStep Apply(ScalarOp op, int a, int b = -1, int c = -1) => new(ScalarStepKind.Apply, op, a, b, c, 0);
}

/// <summary>Where the value of a <see cref="ScalarStep"/> comes from.</summary>
public enum ScalarStepKind
{
    /// <summary>An element of one of the spec's inputs.</summary>
    Input,

    /// <summary>A literal.</summary>
    Constant,

    /// <summary>A <see cref="ScalarOp"/> applied to earlier steps.</summary>
    Apply,
}

/// <summary>
/// A straight-line function of the elements at one index: the body of a fused loop. Steps refer to earlier steps only,
/// so common sub-expressions are computed once. <paramref name="Results"/> names the step of each output.
/// </summary>
/// <param name="Steps">The steps in order of evaluation.</param>
/// <param name="Results">For each output the index of the step it stores.</param>
public sealed record ScalarProgram(EquatableArray<ScalarStep> Steps, EquatableArray<int> Results)
{
    /// <summary>Stores input 0 unchanged: a copy.</summary>
    public static ScalarProgram Identity { get; } = new([ScalarStep.Input(0)], [0]);

    /// <summary>Stores a constant: a fill.</summary>
    /// <param name="value">The value of every output element.</param>
    public static ScalarProgram Fill(float value) => new([ScalarStep.Constant(value)], [0]);

    /// <summary>Number of <see cref="ScalarStepKind.Apply"/> steps: operations per element.</summary>
    public int Operations
    {
        get
        {
            int count = 0;
            foreach (ScalarStep step in Steps.Span)
            {
                count += step.Kind == ScalarStepKind.Apply ? 1 : 0;
            }

            return count;
        }
    }
}
