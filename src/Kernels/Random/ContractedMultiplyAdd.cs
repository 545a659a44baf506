namespace FastDPMeta.Kernels.Random;

/// <summary>A product and a sum, which a GPU's compiler may contract into one rounding.</summary>
internal readonly struct ContractedMultiplyAdd : IMultiplyAdd
{
    /// <inheritdoc/>
    public float MultiplyAdd(float x, float y, float z) => (x * y) + z;
}
