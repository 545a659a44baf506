using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Ops;

/// <summary>What a batching rule sees.</summary>
/// <param name="Inputs">The inputs; batched ones carry the batch axis in front.</param>
/// <param name="Batched">Which inputs are batched; at least one is.</param>
/// <param name="Batch">The batch axis.</param>
/// <param name="Original">The node being batched, for its shapes without the batch axis.</param>
internal readonly record struct VmapContext(Tensor[] Inputs, bool[] Batched, Axis Batch, Node Original)
{
    /// <summary>Input <paramref name="index"/> with the batch axis, broadcast along it if it was shared.</summary>
    public Tensor Front(int index) => Batched[index] ? Inputs[index] : Inputs[index].BroadcastAt(0, Batch);
}
