using System.Runtime.CompilerServices;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>Row numbers kept in floats.</summary>
internal static class RowIndex
{
    /// <summary>
    /// The row, or -1 when <paramref name="value"/> is no row of a table with <paramref name="rows"/> rows: negative, too large, NaN.
    /// Fractions are cut off. The comparisons come before the conversion, which is defined for them only.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Of(float value, int rows) => value >= 0f && value < rows ? Math.Min((int)value, rows - 1) : -1;
}
