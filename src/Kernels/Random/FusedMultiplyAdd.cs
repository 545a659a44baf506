namespace FastDPMeta.Kernels.Random;

/// <summary>One rounding, as the fused instructions of processors; where they lack them it is computed, slowly, with the same bits.</summary>
internal readonly struct FusedMultiplyAdd : IMultiplyAdd
{
    /// <inheritdoc/>
    public float MultiplyAdd(float x, float y, float z) => MathF.FusedMultiplyAdd(x, y, z);
}
