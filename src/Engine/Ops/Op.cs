using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Engine.Ops;

/// <summary>
/// An operation with its attributes. Everything true of an op stands in its one declaration: shape rule, reference evaluation,
/// derivative, batching, flow of rows, lowering. Ops compare by value.
/// </summary>
internal abstract record Op
{
    /// <summary>The op's name in printed computations.</summary>
    public abstract string Name { get; }

    /// <summary>Name and attributes, for printing.</summary>
    public virtual string Describe() => Name;

    /// <summary>The shape of the result.</summary>
    /// <exception cref="ShapeException">The inputs do not fit: names the op, the axes, and what to do.</exception>
    public abstract Shape Infer(ReadOnlySpan<Node> inputs);

    /// <summary>The reference: computes the value in double precision, one op at a time.</summary>
    /// <param name="inputs">Row-major values of the inputs.</param>
    /// <param name="node">The node, for shapes.</param>
    public abstract double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node);

    /// <summary>
    /// Reverse-mode derivative, written in ops so that it can be differentiated again: for each input the cotangent, or null where
    /// the result does not depend on it differentiably.
    /// </summary>
    public abstract Tensor?[] Vjp(VjpContext context);

    /// <summary>
    /// The isolation rule: rows (of one example, of one task) stand along an axis of some inputs; says where they stand in the result if each depends on its
    /// own input rows alone. What can't be shown is <see cref="RowFlow.Mixed"/>.
    /// </summary>
    public abstract RowFlow FollowRows(RowFlowContext context);

    /// <summary>
    /// The op over a leading batch axis. At least one input carries the axis in front; inputs that do not are shared by all rows.
    /// The result carries the axis in front.
    /// </summary>
    public abstract Tensor Vmap(VmapContext context);

    /// <summary>Whether the op only says where elements lie: kernels then read its input with other strides.</summary>
    public virtual bool IsMove => false;

    /// <summary>
    /// For a move: the reading of the input that equals reading the result through <paramref name="map"/>; null when there is none (perhaps
    /// only until a factor of the domain is split, which is then requested).
    /// </summary>
    public virtual IndexMap? Through(IndexMap map, Node node, Domain domain) => throw new InvalidOperationException($"{Name} moves nothing.");

    /// <summary>Emits the kernels that compute the result and says where it lies. Maps, constants and moves join other kernels instead.</summary>
    public virtual void Lower(Lowering lowering, Node node) => throw new InvalidOperationException($"{Name} has no kernel of its own.");
}
