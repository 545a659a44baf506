namespace FastDPMeta.Kernels.Gpu;

/// <summary>
/// A <see cref="Spec.MatrixAxis"/> inside a kernel. All numbers are constants of the kernel, so that what an axis does not have vanishes when it is compiled.
/// </summary>
/// <param name="Stride">Stride of the innermost part.</param>
/// <param name="Run">Its extent; 0 where it is the only one.</param>
/// <param name="Stride2">Stride of the second part from inside.</param>
/// <param name="Run2">Its extent; 0 where it is the last.</param>
/// <param name="Stride3">Stride of the third part.</param>
/// <param name="Run3">Its extent; 0 where it is the last.</param>
/// <param name="Stride4">Stride of the outermost of four parts.</param>
internal readonly record struct GpuMatrixAxis(int Stride, int Run, int Stride2, int Run2, int Stride3, int Run3, int Stride4)
{
    /// <summary>Where an element lies.</summary>
    public int Offset(int index)
    {
        if (Run == 0)
        {
            return index * Stride;
        }

        int offset = index % Run * Stride;
        index /= Run;
        if (Run2 == 0)
        {
            return offset + (index * Stride2);
        }

        offset += index % Run2 * Stride2;
        index /= Run2;
        return Run3 == 0 ? offset + (index * Stride3) : offset + (index % Run3 * Stride3) + (index / Run3 * Stride4);
    }
}
