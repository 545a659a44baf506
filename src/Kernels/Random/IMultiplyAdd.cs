namespace FastDPMeta.Kernels.Random;

/// <summary>
/// How x·y + z is rounded. A type argument rather than a call, because code compiled for GPUs has no fused form to call: there the
/// device's own compiler decides.
/// </summary>
internal interface IMultiplyAdd
{
    /// <summary>x·y + z.</summary>
    float MultiplyAdd(float x, float y, float z);
}
